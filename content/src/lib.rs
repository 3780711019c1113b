//! Content → rendered message. Pure: the same code draws the preview in the browser and makes the message that is sent.
//!
//! Templates are [Tera](https://keats.github.io/tera/) 2, and a part of it only: values, `if`, `for`, `set`, filters
//! and tests of one list ([`FUNCTIONS`]). A template is read by `template` (our own reader, because Tera shows no syntax
//! tree), which learns the variables, refuses what is not allowed, and adds the meters that `work` reads. Only
//! then does Tera see it.
//!
//! # Guards
//!
//! Templates, and the data of callers, are hostile. No template may crash, stall or exhaust the process:
//!
//! | Attack | Guard |
//! |---|---|
//! | huge source | [`domain::content::TEMPLATE_MAX_BYTES`] for each template, 100 `elif` |
//! | nesting of tags, brackets, loops | 40 levels, 40 levels, 3 loops; our reader does not recurse into tags |
//! | functions, `include`, `import`, `extends`, blocks, components, `set_global`, captures, `**`, slices, made-up lists and maps | refused by name: nothing reads the machine, the time or another template, and values cannot be nested or grown outside the meter |
//! | long or nested loops, silent ones too | each loop pays length × work of its body before it runs, out of a fixed amount of work per template |
//! | operations on long values | they pay by the size of the data and of the literals |
//! | doubling with `set`, `replace`, `join` | what `set` keeps and what these make is limited |
//! | runaway output | 1 MB for each template, 4 KB for a subject |
//! | patterns and regular expressions | 500 bytes, a small program, no going back (`regex-lite`), paid by the byte of the text |
//! | filters that grow or sort (`base64`, `pad_start`, `regex_replace`, `top_n`, `distinct`) | they pay for what they make, and before they make it where that is more than a few times of what they were given |
//! | names and formats in arguments | 200 bytes for a name in a list of objects, 100 for the format of a date, 64 for a zone |
//! | templates pasted from another product | the import reads them once, nests 20 and 40 deep, makes a few times their size, and its result passes these guards again |
//! | huge or deep data | 1 MB, 64 levels; only top-level values that the templates read are looked at |
//! | MJML that includes files, nests or grows | no loaders are built in; elements, depth and defaults are limited, and the library sees structure only (`design::prepared`) |
//!
//! Fragments take the places of their references before all this (see `fragments`), so that the guards hold for the whole.
//!
//! HTML is escaped by Tera; subject, preheader and text are plain text, and the preheader is escaped when it is
//! placed in the HTML.

mod changes;
mod check;
mod compiled;
mod contents;
mod contract;
mod data;
mod design;
mod email;
mod expression;
mod filters;
mod fragments;
mod functions;
mod image_addresses;
mod import;
mod links;
mod live_activity;
mod mail_check;
mod mail_head;
mod marker;
mod markup;
mod mobile;
mod place;
mod policy;
mod preview;
mod push;
mod rcs;
mod reads;
mod references;
mod render;
mod rules;
mod sample;
mod schema;
mod shape;
mod short_links;
mod subject;
mod template;
mod text;
mod tokens;
mod trouble;
mod types;
mod warnings;
mod web_address;
mod work;
mod written;

pub use compiled::{Addresses, Compiled};
pub use contents::{Contents, Sources};
pub use contract::Contract;
pub use data::{Data, Given};
pub use design::{
    StartingTemplate, clean_text, design_faults, design_html, design_mjml, mjml_faults, mjml_html, put_html,
    starting_templates,
};
pub use email::Places;
pub use fragments::{filled_fragment, fragments_in, fragments_of, with_fragments, with_known_fragments};
pub use functions::{FUNCTIONS, Function, Group, Kind, example_data};
pub use image_addresses::with_image_addresses;
pub use import::{Imported, Note, import};
pub use links::{Link, PLACE_NAMES, push_encoded};
pub use live_activity::ActivityTarget;
pub use mail_check::{
    CLIPPED_FROM, Finding, FindingCode, FindingGroup, MailReport, SCORE_BAD, SCORE_GOOD, Severity, check_mail,
};
pub use mail_head::{MAIL_HEAD_NAMES, MailHead, Naming, fixed_mail_head};
pub use markup::escaped;
pub use place::Place;
pub use preview::{Preview, preview, preview_with};
pub use rules::Reading;
pub use short_links::{SHORT_CODE_LETTERS, SampleShortLinks, ShortLinks};
pub use written::placed;

//! The library: templates to start from, fragments that contents share, and images that mails show.
//!
//! | file | holds |
//! |---|---|
//! | `tabs` | the pages of this folder beside each other |
//! | `templates_page`, `template_calls` | templates |
//! | `fragments_page`, `fragment_form`, `fragment_calls` | fragments: made, changed, published |
//! | `images_page`, `image_calls` | images: added, described, removed |
//! | `image_drop`, `image_chooser`, `sending` | images come from the machine, and are chosen for a mail |
//! | `in_content_step` | a campaign starts from a template, and becomes one |

mod fragment_calls;
mod fragment_form;
mod fragments_page;
mod image_calls;
mod image_chooser;
mod image_drop;
mod images_page;
mod in_content_step;
mod sending;
mod tabs;
mod template_calls;
mod templates_page;

pub(crate) use fragment_calls::list_fragments;
pub use fragments_page::FragmentsPage;
pub(crate) use image_chooser::ImageChooser;
pub(crate) use image_drop::why;
pub use images_page::ImagesPage;
pub(crate) use in_content_step::TemplateBox;
pub(crate) use sending::{Sent, dropped_files, files_of, has_files, post, send_images};
pub use templates_page::TemplatesPage;

/// What the server answers to a mail that came from a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct MailAnswer {
    pub(crate) mail: domain::mail_file::ImportedMail,
    /// Of templates that were converted.
    pub(crate) notes: Vec<content::Note>,
}

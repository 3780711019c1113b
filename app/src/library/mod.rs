//! The library: templates to start from, and fragments that contents share.
//!
//! | file | holds |
//! |---|---|
//! | `tabs` | the pages of this folder beside each other |
//! | `templates_page`, `template_calls` | templates |
//! | `fragments_page`, `fragment_form`, `fragment_calls` | fragments: made, changed, published |
//! | `in_content_step` | a campaign starts from a template, and becomes one |

mod fragment_calls;
mod fragment_form;
mod fragments_page;
mod in_content_step;
mod tabs;
mod template_calls;
mod templates_page;

pub(crate) use fragment_calls::list_fragments;
pub use fragments_page::FragmentsPage;
pub(crate) use in_content_step::TemplateBox;
pub use templates_page::TemplatesPage;

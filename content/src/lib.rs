//! Content → rendered email. Pure: the same code draws the preview in the browser and makes the mail that is sent.
//!
//! | file | is |
//! |---|---|
//! | [`scanner`] | a template cut into text, prints and tags, for everything Tera does not tell |
//! | [`guards`] | what a template may not do, and fuel for what it may |
//! | [`variables`] | which `context.*` and `profile.*` values a content reads |
//! | [`compiled`] | parsed once per campaign version, rendered once per message |
//! | [`preview`](preview()) | what the editor shows while somebody types |
//! | [`text`] | the plain-text version made from HTML |

mod compiled;
mod data;
mod guards;
mod preview;
mod sample;
mod scanner;
mod text;
mod variables;

pub use compiled::CompiledEmail;
pub use data::Data;
pub use preview::{Preview, preview};

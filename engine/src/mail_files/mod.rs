//! Mails as files: brought in from other programs, and taken along.
//!
//! | file | does |
//! |---|---|
//! | [`archive`] | reads an archive that anybody may have made |
//! | [`import`] | a file becomes HTML whose images are in the library |
//! | [`export`] | a mail becomes a file |

mod archive;
mod export;
mod import;

pub use export::MailFile;

//! What providers are asked, judged by servers that nobody here wrote, and by the documents that the providers publish. How they
//! answer, and what becomes of a message then, is tested with a server of our own (`channels.rs`), which does as it is told.

mod amazon;
mod contracts;
mod mails;
mod models;
mod notifications;
pub mod process;
mod pushes;

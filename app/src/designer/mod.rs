//! The email designer: a mail as rows, columns and blocks, put together with the mouse or with the keyboard.
//!
//! | file | holds |
//! |---|---|
//! | `edit` | the design while it is edited: changes, the way back, what is selected |
//! | `state`, `attention` | what every piece of the page works on; where the focus goes, and what is said |
//! | `canvas`, `block`, `rich` | the mail in the middle, and texts that are written in their place |
//! | `palette`, `outline`, `settings` | what can be added; the mail as a tree; the settings of what is selected |
//! | `image` | an image of the library, or of the machine, becomes part of the mail |
//! | `keys`, `clipboard` | what keys do |
//! | `page`, `save`, `calls` | the page around it, and how it is stored |

mod attention;
mod block;
mod calls;
mod canvas;
mod clipboard;
mod edit;
mod faults;
mod gallery;
mod help;
mod image;
mod keys;
mod kinds;
mod outline;
mod page;
mod palette;
mod rich;
mod save;
mod settings;
mod show_words;
mod state;
mod words;

pub use page::DesignerPage;
pub(crate) use page::designer_path;

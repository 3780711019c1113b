//! Whom mails do not go to, whom they may go to alone, and files of such addresses.
//!
//! | file | holds |
//! |---|---|
//! | `page` | the tabs |
//! | `suppressed`, `list`, `calls` | the suppression list |
//! | `allowed`, `allow_calls` | the allow list and its switch |
//! | `files`, `file_calls` | files of addresses, and what became of them |
//! | `entry` | the form that enters an address or a domain, and the filter |

mod allow_calls;
mod allowed;
mod calls;
mod entry;
mod file_calls;
mod files;
mod list;
mod page;
mod suppressed;

pub use page::SuppressionsPage;

//! A file that goes with a mail.

use std::sync::Arc;

/// Name and media type are checked where the file came in: neither holds a control character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub content_type: String,
    pub bytes: Arc<[u8]>,
}

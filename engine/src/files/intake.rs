//! Files of a call: decoded, checked, and kept beside what it says of its recipients.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::attachment::{Attachment, StoredBytes, check_count, check_sum};
use domain::execution::ExecutionRequest;
use domain::{Failure, Fault, Faults};

use crate::keys::fingerprint;
use crate::store::files::NewFile;

/// Files of a call, each once.
#[derive(Debug, Default)]
pub(crate) struct NewFiles(pub(crate) Vec<NewFile>);

/// Takes the bytes out of a call, which then says of each recipient which files it gets: those for all first. `most`: bytes
/// of all files of the call together. Invalid with all faults, each at its place.
pub(crate) fn take_out(request: &mut ExecutionRequest, most: usize) -> Result<NewFiles, Failure> {
    let mut taken = Taken::default();
    taken.take_all("attachments", &mut request.attachments);
    let shared = std::mem::take(&mut request.attachments);
    for (position, recipient) in request.recipients.iter_mut().enumerate() {
        let at = format!("recipients[{position}].attachments");
        taken.take_all(&at, &mut recipient.attachments);
        recipient.attachments.splice(0..0, shared.iter().cloned());
        taken.faults.take(&at, check_count(recipient.attachments.len()));
    }
    taken.faults.take("attachments", check_sum(taken.bytes, most));
    taken.faults.into_result()?;
    Ok(taken.files)
}

#[derive(Default)]
struct Taken {
    files: NewFiles,
    bytes: u64,
    faults: Faults,
}

impl Taken {
    fn take_all(&mut self, at: &str, attachments: &mut [Attachment]) {
        for (position, attachment) in attachments.iter_mut().enumerate() {
            let faults = attachment.check().0.into_iter().map(|fault| fault.under(&format!("{at}[{position}]")));
            self.faults.0.extend(faults);
            let path = format!("{at}[{position}].content");
            attachment.stored =
                attachment.content.take().and_then(|content| self.faults.take(&path, decode(&content))).map(|bytes| {
                    self.bytes += bytes.len() as u64;
                    self.keep(bytes)
                });
        }
    }

    fn keep(&mut self, bytes: Vec<u8>) -> StoredBytes {
        let (hash, size) = (fingerprint(&bytes), bytes.len() as u64);
        if self.files.0.iter().all(|known| known.hash != hash) {
            self.files.0.push(NewFile { hash: hash.clone(), bytes });
        }
        StoredBytes { hash, size }
    }
}

fn decode(content: &str) -> Result<Vec<u8>, Fault> {
    let text = "This is not base64 (RFC 4648 §4), without line breaks.";
    STANDARD.decode(content).map_err(|_| Fault::new("", "bad_base64", text))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn request(all: Value, first: Value) -> ExecutionRequest {
        let recipient = |user: &str, files: Value| json!({"type": "external", "userId": user, "namespace": "email", "attachments": files});
        let body = json!({"requestId": "r", "campaignId": "c", "attachments": all, "recipients": [
            recipient("a@example.com", first), recipient("b@example.com", json!([]))]});
        serde_json::from_value(body).unwrap()
    }

    fn faults(all: Value, first: Value, most: usize) -> Vec<(String, String)> {
        let Failure::Invalid { faults } = take_out(&mut request(all, first), most).unwrap_err() else {
            panic!("invalid")
        };
        faults.0.into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn bytes_leave_the_call_once_and_every_recipient_says_which_are_meant() {
        let mut request = request(
            json!([{"name": "terms.txt", "content": "YWE="}]),
            json!([{"name": "own.pdf", "content": "YWE="}, {"name": "far.pdf", "url": "https://x.example/a"}]),
        );
        let files = take_out(&mut request, 4).unwrap().0;
        assert_eq!(files.iter().map(|file| file.bytes.as_slice()).collect::<Vec<_>>(), [b"aa"]);
        let names = |position: usize| {
            let attachments = request.recipients[position].attachments.iter();
            attachments.map(|it| (it.name.as_str(), it.stored.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(names(0), [("terms.txt", true), ("own.pdf", true), ("far.pdf", false)]);
        assert_eq!(names(1), [("terms.txt", true)]);
        assert!(!serde_json::to_string(&request).unwrap().contains("YWE="));
    }

    #[test]
    fn what_cannot_be_sent_is_told_at_its_place() {
        let one = |path: &str, code: &str| vec![(path.to_owned(), code.to_owned())];
        let none = || json!([]);
        let file = |content: &str| json!({"name": "a.pdf", "content": content});
        assert_eq!(faults(json!([file("Y")]), none(), 9), one("attachments[0].content", "bad_base64"));
        assert_eq!(faults(json!([file("YWFh")]), none(), 2), one("attachments", "files_too_large"));
        let stolen = json!([{"name": "a.pdf", "content": "", "stored": {"hash": "ab", "size": 2}}]);
        assert_eq!(faults(none(), stolen, 9), one("recipients[0].attachments[0].stored", "unknown_file"));
        let six = || Value::Array(vec![file("YQ=="); 6]);
        assert_eq!(faults(six(), six(), 99), one("recipients[0].attachments", "too_many_files"));
    }
}

//! What a provider of mail answers, read with a table of its error codes.

use super::{Meaning, Reading, Response, one_line, read_status};

/// Error code of a provider → what it means for the message. Codes that are not listed mean what the HTTP status means.
pub type ErrorTable = [(&'static str, Meaning)];

/// Reads an answer that is no success. `code` and `words` are the provider's; either may be empty.
pub fn read_error(provider: &str, table: &ErrorTable, code: &str, words: &str, response: &Response) -> Reading {
    let plain = read_status(response);
    let listed = table.iter().find(|(listed, _)| *listed == code).map(|(_, meaning)| meaning.clone());
    let meaning = match listed.unwrap_or(plain.meaning) {
        Meaning::Busy { .. } => Meaning::Busy { retry_after: response.retry_after() },
        // A provider that answers 200 and names an error did not take the message.
        Meaning::Accepted { .. } => Meaning::Rejected,
        meaning => meaning,
    };
    let reason = match code {
        "" => format!("http_{}", response.status),
        code => reason(provider, &[code]),
    };
    Reading { meaning, reason, words: if words.is_empty() { plain.words } else { one_line(words) } }
}

/// The message was taken, and is called so.
pub fn accepted(provider_id: &str) -> Reading {
    let provider_id = Some(one_line(provider_id)).filter(|id| !id.is_empty());
    Reading { meaning: Meaning::Accepted { provider_id }, reason: String::new(), words: String::new() }
}

/// A stable code from words of a provider: (`ses`, [`Permanent`, `OnAccountSuppressionList`]) becomes
/// `ses_permanent_on_account_suppression_list`.
pub fn reason(provider: &str, parts: &[&str]) -> String {
    let mut code = provider.to_owned();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        code.push('_');
        let mut was_lower = false;
        for letter in part.chars().take(60) {
            if letter.is_ascii_uppercase() && was_lower {
                code.push('_');
            }
            was_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
            code.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
        }
    }
    code
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// An answer.
    pub fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        Response { status, headers: headers.collect(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn words_of_a_provider_become_a_stable_code() {
        assert_eq!(
            reason("ses", &["Permanent", "OnAccountSuppressionList"]),
            "ses_permanent_on_account_suppression_list"
        );
        assert_eq!(reason("sendgrid", &["dropped", "", "Bounced Address"]), "sendgrid_dropped_bounced_address");
        assert!(reason("x", &[&"é\n".repeat(5_000)]).len() < 100);
    }

    #[test]
    fn an_unknown_code_means_what_the_status_means() {
        let read = |status| read_error("x", &[], "NewError", "", &answer(status, &[("retry-after", "7")], "hello"));
        assert_eq!(read(400).meaning, Meaning::Rejected);
        assert_eq!((read(500).meaning, read(500).reason.as_str()), (Meaning::Retry, "x_new_error"));
        let seconds = Some(std::time::Duration::from_secs(7));
        assert_eq!(read(429).meaning, Meaning::Busy { retry_after: seconds });
        assert_eq!((read(200).meaning, read(200).words.as_str()), (Meaning::Rejected, "hello"));
    }
}

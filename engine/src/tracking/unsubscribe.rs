//! Headers by which a mail program lets its reader leave a list (RFC 2369 §3.2, RFC 8058) and a receiver tell complaints
//! apart (`Feedback-ID`). Not the page that is called.

/// `List-Unsubscribe-Post`: the one value it may have (RFC 8058 §3.1).
pub const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

/// What the body of a one-click request says, whether as a form or as one part of several (RFC 8058 §3.2).
pub fn is_one_click(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let is_form = text.trim().split('&').any(|pair| pair == ONE_CLICK);
    let is_part = || text.contains("name=\"List-Unsubscribe\"") && text.lines().any(|line| line.trim() == "One-Click");
    is_form || is_part()
}

/// `List-Unsubscribe` and `List-Unsubscribe-Post` of a message. `base_url` is the address behind which the token follows;
/// `None` when it is not HTTPS, which one-click demands (RFC 8058 §3.1), or could break out of the header. `mailbox` is
/// where a mail may ask for the same; the token goes behind a `+`.
pub fn list_headers(base_url: &str, token: &str, mailbox: Option<&str>) -> Option<[(&'static str, String); 2]> {
    if !base_url.starts_with("https://") || !is_plain(base_url) || !is_plain(token) {
        return None;
    }
    let mut value = format!("<{}/{token}>", base_url.trim_end_matches('/'));
    let by_mail = mailbox.filter(|mailbox| is_plain(mailbox)).and_then(|mailbox| mailbox.split_once('@'));
    if let Some((local, domain)) = by_mail {
        value.push_str(&format!(", <mailto:{local}+{token}@{domain}?subject=unsubscribe>"));
    }
    Some([("List-Unsubscribe", value), ("List-Unsubscribe-Post", ONE_CLICK.to_owned())])
}

/// Visible ASCII that cannot end the angle brackets or the list.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\",".contains(&byte))
}

/// `Feedback-ID` (Gmail's postmaster rules): up to three fields by which complaints are counted, none of which may name a
/// person, and the sender, 5 to 15 letters or digits that stay the same for all mails; `None` when it is not.
pub fn feedback_id(fields: [&str; 3], sender: &str) -> Option<String> {
    let is_good =
        (5..=15).contains(&sender.len()) && sender.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let [first, second, third] = fields.map(field);
    is_good.then(|| format!("{first}:{second}:{third}:{sender}"))
}

fn field(text: &str) -> String {
    let safe = |letter: char| if letter.is_ascii_graphic() && letter != ':' { letter } else { '-' };
    text.trim().chars().map(safe).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_can_leave_with_one_click_or_by_mail() {
        let [list, post] = list_headers("https://m.example.com/u/", "AQab_-9", Some("unsub@example.com")).unwrap();
        assert_eq!(list.0, "List-Unsubscribe");
        assert_eq!(list.1, "<https://m.example.com/u/AQab_-9>, <mailto:unsub+AQab_-9@example.com?subject=unsubscribe>");
        assert_eq!(post, ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        let [list, _] = list_headers("https://m.example.com/u", "AQ", None).unwrap();
        assert_eq!(list.1, "<https://m.example.com/u/AQ>");
    }

    #[test]
    fn there_is_no_one_click_without_https_and_none_that_leaves_its_header() {
        for base in ["http://m.example.com/u", "", "https://m.example.com/u>\r\nBcc: all@example.com", "https://m/ü"] {
            assert_eq!(list_headers(base, "AQ", None), None, "{base}");
        }
        assert_eq!(list_headers("https://m.example.com", "A\nQ", None), None);
        let [list, _] = list_headers("https://m.example.com", "AQ", Some("a@b>\r\nBcc: c@d")).unwrap();
        assert_eq!(list.1, "<https://m.example.com/AQ>");
    }

    #[test]
    fn a_one_click_request_is_known_as_a_form_and_as_parts() {
        assert!(is_one_click(b"List-Unsubscribe=One-Click"));
        assert!(is_one_click(b"a=b&List-Unsubscribe=One-Click\r\n"));
        let parts = b"--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        assert!(is_one_click(parts));
        for other in [&b""[..], b"List-Unsubscribe=No", b"One-Click", b"\xff\xfe"] {
            assert!(!is_one_click(other));
        }
    }

    #[test]
    fn complaints_are_counted_by_campaign_and_sender() {
        let campaign = "cmp_01k0";
        assert_eq!(feedback_id([campaign, "marketing", ""], "hermod1").unwrap(), "cmp_01k0:marketing::hermod1");
        assert_eq!(feedback_id(["a:b", "c d\r\n", "é"], "hermod1").unwrap(), "a-b:c-d:-:hermod1");
        for sender in ["shop", "a-name-that-is-far-too-long", "a:b:c"] {
            assert_eq!(feedback_id(["a", "b", "c"], sender), None, "{sender}");
        }
    }
}

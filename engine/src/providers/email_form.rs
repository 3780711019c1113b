//! What goes into a provider of mail: the fields of its form, and the mail.

use domain::address::{required_line, single_line};
use domain::{Fault, Faults};
use http::Uri;

use super::{EmailOut, Outgoing, Settings};

/// No provider has a key or an address longer than this.
const FIELD_MAX: usize = 4_000;

/// The fields of a form, read one after another; all faults are told at the end.
pub struct Form<'a> {
    settings: &'a Settings,
    faults: Faults,
}

impl<'a> Form<'a> {
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, faults: Faults::default() }
    }

    /// A key or a name that is needed; empty when it has a fault.
    pub fn required(&mut self, name: &str) -> String {
        let line = self.faults.take(name, required_line(self.settings.get(name), FIELD_MAX)).unwrap_or_default();
        self.check_ascii(name, &line);
        line
    }

    /// A key that may be left out.
    pub fn optional_key(&mut self, name: &str) -> Option<String> {
        let line = self.optional(name)?;
        self.check_ascii(name, &line);
        Some(line)
    }

    /// Keys go into headers, and no provider makes any of other letters.
    fn check_ascii(&mut self, name: &str, line: &str) {
        if !line.is_ascii() {
            self.faults.add(
                name,
                "not_ascii",
                "Copy this as the provider shows it: letters, digits and signs of ASCII.",
            );
        }
    }

    /// A field that may be left out.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        let line = self.faults.take(name, single_line(self.settings.get(name), FIELD_MAX))?;
        Some(line).filter(|line| !line.is_empty())
    }

    /// A needed field that becomes a part of an address: a region, a domain.
    pub fn label(&mut self, name: &str) -> String {
        let line = self.required(name);
        if line.is_ascii() && !line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)) {
            self.faults.add(name, "bad_label", "Use letters, digits, dots and hyphens.");
        }
        line
    }

    /// The address of the provider: its own, or the field `baseUrl`, which may have a path but no query.
    pub fn base_url(&mut self, own: &str) -> String {
        let base = self.settings.base_url(own);
        let is_good = base.parse::<Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some() && uri.query().is_none()
        });
        // What `Uri` drops or leaves to others: fragments, users, steps up the tree.
        if !is_good || base.contains(['#', '@', '%']) || base.contains("/.") {
            self.faults.add("baseUrl", "bad_url", "Use an address such as https://mail.example.com/path.");
        }
        base
    }

    /// Notes a fault that only the provider can see.
    pub fn add(&mut self, name: &str, code: &str, text: &str) {
        self.faults.add(name, code, text);
    }

    /// `made` when there are no faults.
    pub fn finish<T>(self, made: T) -> Result<T, Faults> {
        if self.faults.is_empty() { Ok(made) } else { Err(self.faults) }
    }
}

/// The mail of a message; a fault for a message of another channel.
pub fn mail_of(outgoing: Outgoing<'_>) -> Result<EmailOut<'_>, Fault> {
    match outgoing {
        Outgoing::Email(mail) => Ok(mail),
        Outgoing::Mobile(_) | Outgoing::Push(_) => Err(Fault::new("", "not_email", "This provider sends email only.")),
    }
}

#[cfg(test)]
pub mod tests {
    use std::sync::LazyLock;

    use domain::Timestamp;
    use domain::content::RenderedEmail;

    use super::super::Context;
    use super::super::email_event::tests::MESSAGE;
    use super::*;
    use crate::senders::Attachment;

    static CONTENT: LazyLock<RenderedEmail> =
        LazyLock::new(|| RenderedEmail {
            subject: "Grüße".into(), html: "<p>Hello</p>".into(), text: "Hello".into()
        });
    static HEADERS: LazyLock<Vec<(String, String)>> =
        LazyLock::new(|| vec![("List-Unsubscribe".into(), "<https://example.com/u/1>".into())]);

    /// A mail to Ann.
    pub fn mail() -> EmailOut<'static> {
        EmailOut {
            from_name: "Shop, \"the\" one",
            from: "shop@example.com",
            to: "ann@example.com",
            reply_to: Some("help@example.com"),
            content: &CONTENT,
            headers: &HEADERS,
            mime: b"From: shop@example.com\r\nTo: ann@example.com\r\nSubject: Hi\r\n\r\nHello\r\n",
            attachments: &[],
        }
    }

    /// One file.
    pub fn files() -> [Attachment; 1] {
        let (name, content_type) = ("영수증.pdf".to_owned(), "application/pdf".to_owned());
        [Attachment { name, content_type, bytes: [0, 255].as_slice().into() }]
    }

    /// On 2026-12-01 at nine.
    pub fn context() -> Context<'static> {
        let now = Timestamp::from_millis(1_796_115_600_000);
        Context { message_id: MESSAGE, callback_url: None, token: None, now }
    }

    /// Settings of these fields.
    pub fn settings(fields: &[(&str, &str)]) -> Settings {
        Settings(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The paths of the faults.
    pub fn paths<T>(made: Result<T, Faults>) -> Vec<String> {
        made.err().into_iter().flat_map(|faults| faults.0).map(|fault| fault.path).collect()
    }

    #[test]
    fn a_base_url_may_have_a_path_and_nothing_that_could_lead_elsewhere() {
        let base = |given: &str| {
            let settings = settings(&[("baseUrl", given)]);
            let mut form = Form::new(&settings);
            let base = form.base_url("https://api.example.com");
            form.finish(base).ok()
        };
        assert_eq!(base("").as_deref(), Some("https://api.example.com"));
        assert_eq!(base(" http://127.0.0.1:8005/ses/ ").as_deref(), Some("http://127.0.0.1:8005/ses"));
        for bad in [
            "api.example.com",
            "ftp://a.example",
            "https://a.example?x=1",
            "https://u:p@a.example",
            "/x",
            "http://",
            "https://a.example/../x",
            "https://a.example/#x",
            "https://a.example/\r\nX: y",
        ] {
            assert_eq!(base(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_key_with_a_line_break_never_reaches_a_header() {
        let settings = settings(&[("apiKey", "one\r\nX-Two: three"), ("region", "eu-west-1/x")]);
        let mut form = Form::new(&settings);
        let _ = (form.required("apiKey"), form.label("region"));
        assert_eq!(paths(form.finish(())), ["apiKey", "region"]);
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_refused_in_the_form() {
        let settings = settings(&[("apiKey", "kéy"), ("sessionToken", "tök"), ("user", "jürgen")]);
        let mut form = Form::new(&settings);
        let _ = (form.required("apiKey"), form.optional_key("sessionToken"), form.optional("user"));
        assert_eq!(paths(form.finish(())), ["apiKey", "sessionToken"]);
    }
}

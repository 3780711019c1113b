//! Contents to start from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{About, Audit};
use crate::channel_configuration::Channel;
use crate::content::Content;
use crate::id::TemplateId;
use crate::word::words;
use crate::{Failure, Faults};

words! {
    /// What a template holds. The last one is any channel's whole content, the others a page of HTML.
    TemplateKind {
        Html = "html",
        HtmlPrimaryPage = "html_primary_page",
        HtmlSubPage = "html_sub_page",
        Content = "content",
    }
}

/// A content to start from. A campaign that is made from it is a copy: it does not change with the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    pub id: TemplateId,
    #[serde(flatten)]
    pub what: NewTemplate,
    pub audit: Audit,
}

/// What a template says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewTemplate {
    pub about: About,
    pub kind: TemplateKind,
    pub content: Content,
    /// What a caller sent, answered as it came: it may hold what our contents do not have. `None`: made in the console.
    pub given: Option<Value>,
}

impl NewTemplate {
    /// What keeps it out of the library. Templates may be unfinished: what is in them is looked at by campaigns.
    pub fn check(&self) -> Result<(), Failure> {
        let mut faults = self.about.check();
        if self.kind != TemplateKind::Content && self.content.channel() != Channel::Email {
            faults.add("channels", "unsupported_channel", "A page of HTML is for email.");
        }
        faults.0.extend(too_long(&self.content).0);
        faults.into_result()
    }

    /// What a template keeps of a content: files do not go with it.
    pub fn content_of(mut content: Content) -> Content {
        if let Content::Email(email) = &mut content {
            email.attachments.clear();
        }
        content
    }

    /// A content that starts from it: what the template does not say stays as it was.
    pub fn put_into(&self, before: &Content) -> Content {
        let mut content = self.content.clone();
        if let (Content::Email(email), Content::Email(before)) = (&mut content, before) {
            if self.kind != TemplateKind::Content {
                email.subject.clone_from(&before.subject);
                email.preheader.clone_from(&before.preheader);
                (email.track_opens, email.track_clicks) = (before.track_opens, before.track_clicks);
            }
            email.attachments.clone_from(&before.attachments);
        }
        content
    }

    /// The channel as callers name it.
    pub fn channel(&self) -> &'static str {
        match self.content.channel() {
            Channel::Email => "email",
            Channel::Mobile => "sms",
            Channel::Push => "push",
        }
    }
}

fn too_long(content: &Content) -> Faults {
    let mut faults = Faults::default();
    for (path, source) in content.templates() {
        if source.len() > crate::content::TEMPLATE_MAX_BYTES {
            faults.add(path, "too_large", "At most 256 KB.");
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use crate::attachment::AttachedFile;
    use crate::content::EmailContent;

    use super::*;

    #[test]
    fn a_content_that_starts_from_a_page_keeps_its_subject_and_files_and_one_from_a_content_its_files() {
        let (name, content_type) = ("a.pdf".to_owned(), "application/pdf".to_owned());
        let file = AttachedFile { name, content_type, size: 1, hash: "0".repeat(64) };
        let before = EmailContent {
            subject: "Before".into(),
            html: "<p>".into(),
            track_clicks: true,
            attachments: vec![file],
            ..EmailContent::default()
        };
        let page = EmailContent { subject: "Page".into(), html: "<b>".into(), ..EmailContent::default() };
        let of = |kind| {
            let about = About::default();
            let template = NewTemplate { about, kind, content: page.clone().into(), given: None };
            template.put_into(&before.clone().into())
        };
        let started = of(TemplateKind::Html);
        let expected = EmailContent { html: "<b>".into(), ..before.clone() };
        assert_eq!(started, expected.into());
        let Content::Email(started) = of(TemplateKind::Content) else { panic!("a mail") };
        assert_eq!((started.subject.as_str(), started.track_clicks), ("Page", false));
        assert_eq!(started.attachments, before.attachments);
    }
}

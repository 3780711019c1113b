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

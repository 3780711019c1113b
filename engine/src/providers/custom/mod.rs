//! A provider for mobile messages that is described in a form instead of in code: where and how it is called, what its
//! answers mean, and how its callbacks are read (the reference's §5.3, "Custom").

mod answers;
mod authentication;
mod callbacks;
pub(crate) mod client_credentials;
mod extra_headers;
mod feedback;
mod form;
mod inbound;
mod json_web_token;
mod payload;
mod pick;
#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::rcs::Obstacle;
use domain::{Fault, Faults, Timestamp};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, Method};

use self::answers::Answers;
use self::authentication::Authentication;
use self::callbacks::Callbacks;
use self::form::Form;
use self::payload::{Payload, Values};
use super::mobile::no_rcs;
use super::rcs::content_message;
use super::{Callback, Context, Heard, MobileOut, Outgoing, Provider, Reading, Refusal, Request, Response, Settings};
use crate::outbound::Identity;

/// A provider as the form describes it.
pub struct Custom {
    url: String,
    authentication: Authentication,
    headers: Vec<(HeaderName, String)>,
    payload: Payload,
    answers: Answers,
    callbacks: Callbacks,
    /// Certificate and key, PEM.
    identity: Option<(String, String)>,
}

impl Custom {
    /// All faults at once, with the form field's name as path.
    pub fn new(settings: &Settings) -> Result<Self, Faults> {
        let mut form = Form::new(settings);
        let url = form.url("url");
        let authentication = Authentication::read(&mut form);
        let identity = read_identity(&mut form);
        let headers = extra_headers::read(&mut form, &authentication);
        let payload = read_payload(&mut form);
        let answers = Answers::read(&mut form);
        let callbacks = Callbacks::read(&mut form);
        if form.faults.is_empty() {
            Ok(Self { url, authentication, headers, payload, answers, callbacks, identity })
        } else {
            Err(form.faults)
        }
    }

    fn body(&self, mobile: MobileOut<'_>, context: Context<'_>) -> Result<String, Fault> {
        let content = mobile.content;
        let rcs = match &content.rcs {
            Some(_) if !self.payload.has_rcs() => return Err(no_rcs(Obstacle::NotOffered)),
            Some(rcs) => content_message(content, rcs).to_string(),
            None => String::new(),
        };
        // With the rich message its SMS, for providers that want a text in any case.
        let text = content.rcs.as_ref().map_or(&content.text, |rcs| &rcs.fallback_text);
        if content.rcs.is_none() && !content.media_url.is_empty() && !self.payload.has_media() {
            let text = "The payload of this configuration has no {{mediaUrl}}, so it cannot send media.";
            return Err(Fault::new("mediaUrl", "not_supported", text));
        }
        Ok(self.payload.fill(&Values {
            from_number: mobile.from,
            to_number: mobile.to,
            message: text,
            message_id: context.message_id,
            callback_url: context.callback_url.unwrap_or_default(),
            title: &content.title,
            media_url: &content.media_url,
            rcs: &rcs,
        }))
    }
}

impl Provider for Custom {
    fn client_identity(&self) -> Option<Identity> {
        self.identity
            .as_ref()
            .map(|(certificates, key)| Identity { certificates: certificates.clone(), key: key.clone() })
    }

    fn token_request(&self, _now: Timestamp) -> Option<Result<Request, Fault>> {
        self.authentication.client_credentials().map(|credentials| Ok(credentials.request()))
    }

    fn read_token(&self, response: &Response) -> Result<(String, Duration), Reading> {
        client_credentials::read_token(response)
    }

    fn request(&self, outgoing: Outgoing<'_>, context: Context<'_>) -> Result<Request, Fault> {
        let Outgoing::Mobile(mobile) = outgoing else {
            return Err(Fault::new("", "not_supported", "A custom provider sends mobile messages alone."));
        };
        let body = self.body(mobile, context)?.into_bytes();
        let mut headers = vec![(CONTENT_TYPE, "application/json".to_owned())];
        if self.headers.iter().all(|(name, _)| name != ACCEPT) {
            headers.push((ACCEPT, "application/json".to_owned()));
        }
        if let Some(name) = self.authentication.header_name() {
            headers.push((name, self.authentication.header_value(&context)?));
        }
        headers.extend(self.headers.iter().cloned());
        Ok(Request { method: Method::POST, url: self.url.clone(), headers, body })
    }

    fn read(&self, response: &Response) -> Reading {
        self.answers.meaning(response, self.authentication.client_credentials().is_some())
    }

    fn hear(&self, callback: &Callback<'_>) -> Result<Heard, Refusal> {
        self.callbacks.hear(callback)
    }
}

/// Certificate and key come together. Whether they fit is for the connection to find out; that they are PEM is seen here.
fn read_identity(form: &mut Form<'_>) -> Option<(String, String)> {
    if !form.has_any(&["clientCertificate", "clientKey"]) {
        return None;
    }
    let (certificate, key) = (form.required("clientCertificate"), form.required("clientKey"));
    if !certificate.is_empty() && !certificate.contains("-----BEGIN CERTIFICATE-----") {
        form.faults.add(
            "clientCertificate",
            "bad_certificate",
            "Give a certificate as PEM, with its BEGIN and END lines.",
        );
    }
    if !key.is_empty() && !key.contains("PRIVATE KEY-----") {
        form.faults.add("clientKey", "bad_key", "Give a private key as PEM, with its BEGIN and END lines.");
    }
    Some((certificate.to_owned(), key.to_owned()))
}

fn read_payload(form: &mut Form<'_>) -> Payload {
    match form.required("payload") {
        "" => Payload::default(),
        template => Payload::read(template).unwrap_or_else(|faults| {
            form.faults.0.extend(faults.into_iter().map(|fault| fault.under("payload")));
            Payload::default()
        }),
    }
}

/// A stable code out of a provider's own: `custom_e_42` for `E-42`.
fn reason_of(prefix: &str, code: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    format!("{prefix}_{}", code.chars().map(plain).take(60).collect::<String>())
}

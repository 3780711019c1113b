//! When no answer came: how far the request got.

use std::error::Error;
use std::io;

use rustls::AlertDescription;

use super::guard::Refused;
use crate::providers::one_line;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nobody took anything: it may be sent again.
    #[error("{words}")]
    NotSent {
        /// `request_unfit`, `address_refused`, `dns_failed`, `connect_failed`, `connect_timed_out` or `tls_failed`; of a
        /// token that did not come also those of [`Trouble::NoAnswer`].
        reason: &'static str,
        words: String,
    },
    /// The request was sent, or may have been, and no whole answer came: in doubt.
    #[error("{words}")]
    NoAnswer {
        /// `answer_timed_out` or `connection_lost`.
        reason: &'static str,
        words: String,
    },
}

impl Trouble {
    pub(super) fn not_sent(reason: &'static str, words: impl AsRef<str>) -> Self {
        Self::NotSent { reason, words: one_line(words.as_ref()) }
    }

    pub(super) fn refused(refused: &Refused) -> Self {
        Self::not_sent("address_refused", refused.to_string())
    }

    /// What the HTTP client's error means. Only what certainly came before the request counts as not sent.
    pub(super) fn of(error: reqwest::Error) -> Self {
        // The URL may hold a key.
        let error = error.without_url();
        if let Some(refused) = causes(&error).find_map(|cause| cause.downcast_ref::<Refused>()) {
            return Self::refused(refused);
        }
        let words = one_line(&causes(&error).map(ToString::to_string).collect::<Vec<_>>().join(": "));
        match before_the_request(&error) {
            Some(reason) => Self::NotSent { reason, words },
            None if error.is_timeout() => Self::NoAnswer { reason: "answer_timed_out", words },
            None => Self::NoAnswer { reason: "connection_lost", words },
        }
    }

    /// Of a request that had to come first: whatever became of it, the message was not sent.
    pub(super) fn before_the_message(self) -> Self {
        match self {
            Self::NotSent { reason, words } | Self::NoAnswer { reason, words } => Self::NotSent { reason, words },
        }
    }
}

fn before_the_request(error: &reqwest::Error) -> Option<&'static str> {
    if error.is_builder() {
        Some("request_unfit")
    } else if error.is_dns() {
        Some("dns_failed")
    } else if error.is_connect() {
        Some(of_opening(error))
    } else {
        causes(error).any(refuses_our_certificate).then_some("tls_failed")
    }
}

fn of_opening(error: &reqwest::Error) -> &'static str {
    if causes(error).any(<dyn Error>::is::<rustls::Error>) {
        "tls_failed"
    } else if error.is_timeout() {
        "connect_timed_out"
    } else {
        "connect_failed"
    }
}

/// What a server says that does not like our certificate, or misses it.
const REFUSALS: [AlertDescription; 7] = [
    AlertDescription::CertificateRequired,
    AlertDescription::BadCertificate,
    AlertDescription::UnsupportedCertificate,
    AlertDescription::CertificateRevoked,
    AlertDescription::CertificateExpired,
    AlertDescription::CertificateUnknown,
    AlertDescription::UnknownCA,
];

/// In TLS 1.3 our side is done before the server has looked at our certificate; one that refuses it has read no request. HTTP/2
/// passes on only the text of the error.
fn refuses_our_certificate(cause: &(dyn Error + 'static)) -> bool {
    let text = cause.to_string();
    REFUSALS.iter().any(|alert| rustls::Error::AlertReceived(*alert).to_string() == text)
}

/// The error and all that lies under it. An I/O error hides what it wraps from `source`.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

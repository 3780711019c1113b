//! What a server says it can do.

use smtp_proto::{
    AUTH_LOGIN, AUTH_OAUTHBEARER, AUTH_PLAIN, AUTH_XOAUTH2, EXT_8BIT_MIME, EXT_CHUNKING, EXT_DSN, EXT_PIPELINING,
    EXT_SIZE, EXT_SMTP_UTF8, EXT_START_TLS, EhloResponse,
};

use super::reply::Reply;

/// The extensions that matter to a client that hands mails over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each extension is offered or not")]
pub(super) struct Capabilities {
    pub(super) start_tls: bool,
    pub(super) auth_plain: bool,
    pub(super) auth_login: bool,
    pub(super) auth_xoauth2: bool,
    /// RFC 7628.
    pub(super) auth_oauth_bearer: bool,
    /// Several commands in one write (RFC 2920).
    pub(super) pipelining: bool,
    /// BDAT (RFC 3030).
    pub(super) chunking: bool,
    /// Wishes about notices of delivery (RFC 3461).
    pub(super) dsn: bool,
    /// The sizes of mails are told (RFC 1870).
    pub(super) size: bool,
    /// The largest mail that is taken; `None`: no limit is told.
    pub(super) size_max: Option<usize>,
    pub(super) eight_bit: bool,
    pub(super) smtp_utf8: bool,
}

impl Capabilities {
    /// From the reply to EHLO. Each line is read for itself, so that one odd line hides no other.
    pub(super) fn of(reply: &Reply) -> Self {
        let mut all = 0;
        let mut mechanisms = 0;
        let mut size = 0;
        for line in reply.lines.iter().skip(1).filter_map(|line| line.get(4..)) {
            let alone = format!("250-x\r\n250 {line}\r\n");
            if let Ok(read) = EhloResponse::parse(&mut alone.as_bytes().iter()) {
                all |= read.capabilities;
                mechanisms |= read.auth_mechanisms;
                size = size.max(read.size);
            }
        }
        Self {
            start_tls: all & EXT_START_TLS != 0,
            auth_plain: mechanisms & AUTH_PLAIN != 0,
            auth_login: mechanisms & AUTH_LOGIN != 0,
            auth_xoauth2: mechanisms & AUTH_XOAUTH2 != 0,
            auth_oauth_bearer: mechanisms & AUTH_OAUTHBEARER != 0,
            pipelining: all & EXT_PIPELINING != 0,
            chunking: all & EXT_CHUNKING != 0,
            dsn: all & EXT_DSN != 0,
            size: all & EXT_SIZE != 0,
            size_max: Some(size).filter(|size| *size > 0),
            eight_bit: all & EXT_8BIT_MIME != 0,
            smtp_utf8: all & EXT_SMTP_UTF8 != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_read_whatever_stands_between_them() {
        let mut unread = b"250-mail.example.com\r\n250-PIPELINING\r\n250-SIZE many\r\n250-X-ODD =?\r\n250-\r\n\
            250-auth LOGIN PLAIN CRAM-MD5 XOAUTH2 OAUTHBEARER\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 STARTTLS\r\n"
            .to_vec();
        let read = Capabilities::of(&Reply::take(&mut unread).unwrap().unwrap());
        assert!(read.pipelining && read.eight_bit && read.smtp_utf8 && read.start_tls, "{read:?}");
        assert!(read.auth_plain && read.auth_login && read.auth_xoauth2 && read.auth_oauth_bearer, "{read:?}");
    }

    #[test]
    fn the_largest_mail_is_what_the_server_says_and_nothing_and_zero_are_no_limit() {
        let read = |size: &str| {
            let mut unread = format!("250-x\r\n250-CHUNKING\r\n250-{size}\r\n250 DSN\r\n").into_bytes();
            Capabilities::of(&Reply::take(&mut unread).unwrap().unwrap())
        };
        let limited = read("SIZE 1000000");
        assert!(limited.size && limited.chunking && limited.dsn, "{limited:?}");
        assert_eq!(limited.size_max, Some(1_000_000));
        for unlimited in ["SIZE", "SIZE 0"] {
            assert_eq!((read(unlimited).size, read(unlimited).size_max), (true, None), "{unlimited}");
        }
    }

    #[test]
    fn the_name_of_a_server_is_no_capability() {
        let mut unread = b"250 STARTTLS PIPELINING\r\n".to_vec();
        assert_eq!(Capabilities::of(&Reply::take(&mut unread).unwrap().unwrap()), Capabilities::default());
    }
}

use aws_lc_rs::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::*;

const MAIL: &str = "From: Shop <shop@example.com>\r\nReply-To: help@example.com\r\nTo: ann@example.org\r\n\
    Subject: =?utf-8?q?Hi?=\r\n  there\r\nX-Other: no\r\nDate: Tue, 1 Dec 2026 09:00:00 +0000\r\n\
    Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\nList-Unsubscribe: <https://x/u>\r\n\
    List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nFeedback-ID: a:b:c:hermod1\r\n\
    Content-Type: text/plain\r\n\r\nHello  you \r\n\r\n \r\n";

fn signers() -> Vec<Signer> {
    let rsa = Signer::new("Example.com", "r1", Key::new_rsa().unwrap()).unwrap();
    vec![rsa, Signer::new("example.com", "e1", Key::new_ed25519().unwrap()).unwrap()]
}

fn signed(mail: &str, signers: &[Signer]) -> String {
    String::from_utf8(sign(mail.as_bytes(), signers, Timestamp::from_millis(1_796_115_600_007)).unwrap()).unwrap()
}

/// The value of a tag, without white space.
fn tag(header: &str, name: &str) -> String {
    let value = header.split(';').map(str::trim).find_map(|tag| tag.strip_prefix(name)?.strip_prefix('=')).unwrap();
    value.split_whitespace().collect()
}

#[test]
fn a_mail_is_signed_once_by_each_signer() {
    let headers = signed(MAIL, &signers());
    let (first, second) = headers.trim_end().split_once("\r\nDKIM-Signature:").unwrap();
    for (header, algorithm, selector) in [(first, "rsa-sha256", "r1"), (second, "ed25519-sha256", "e1")] {
        assert_eq!((tag(header, "a"), tag(header, "s")), (algorithm.to_owned(), selector.to_owned()));
        assert_eq!((tag(header, "d"), tag(header, "t")), ("example.com".to_owned(), "1796115600".to_owned()));
        assert_eq!(tag(header, "c"), "relaxed/relaxed");
        assert!(!header.contains("l="), "{header}");
    }
    assert!(headers.lines().all(|line| line.len() <= 78), "{headers}");
    assert!(headers.ends_with("\r\n") && signed(MAIL, &[]).is_empty());
}

#[test]
fn all_headers_that_count_are_signed_and_from_once_more_than_it_stands() {
    let list = tag(&signed(MAIL, &signers()[..1]), "h");
    assert_eq!(
        list,
        "from:from:to:subject:date:message-id:mime-version:content-type:reply-to:list-unsubscribe:\
         list-unsubscribe-post:feedback-id"
    );
    let twice = MAIL.replace("To: ann", "To: eve@example.org\r\nTo: ann");
    assert!(tag(&signed(&twice, &signers()[..1]), "h").starts_with("from:from:to:to:subject"));
}

#[test]
fn the_signature_holds_for_the_hash_of_headers_and_body() {
    let signers = signers();
    for (position, signer) in signers.iter().enumerate() {
        let header = signed(MAIL, &signers[position..=position]);
        let hash = STANDARD.encode(digest(&SHA256, b"Hello you\r\n"));
        assert_eq!(tag(&header, "bh"), hash);
        let head = Head::read(canonical::split(MAIL.as_bytes()).unwrap().0).unwrap();
        let (_, mut text) = signed_headers(&head).unwrap();
        assert!(
            text.starts_with(b"from:Shop <shop@example.com>\r\nto:ann@example.org\r\nsubject:=?utf-8?q?Hi?= there\r\n")
        );
        let (unsigned, _) = header.split_once("\r\n\tb=").unwrap();
        canonical_header(format!("{unsigned}\r\n\tb=").as_bytes(), &mut text);
        let signature = STANDARD.decode(tag(&header, "b")).unwrap();
        let record = signer.record().value;
        let public = STANDARD.decode(record.split_once("p=").unwrap().1).unwrap();
        let holds = match signer.key {
            Key::Rsa(_) => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).verify(&text, &signature),
            Key::Ed25519(_) => {
                UnparsedPublicKey::new(&ED25519, public).verify(digest(&SHA256, &text).as_ref(), &signature)
            }
        };
        assert!(holds.is_ok(), "{header}");
    }
}

#[test]
fn what_a_relay_may_change_does_not_change_the_signature() {
    let signers = signers();
    let changed =
        MAIL.replace("Hello  you ", "Hello \t you").replace("Subject: ", "SUBJECT:  ").replace("\r\n  there", " there");
    assert_eq!(signed(MAIL, &signers), signed(&changed, &signers));
    assert_ne!(signed(MAIL, &signers), signed(&MAIL.replace("Hello", "Hallo"), &signers));
    assert_ne!(signed(MAIL, &signers), signed(&MAIL.replace("One-Click", "None"), &signers));
}

#[test]
fn what_cannot_be_signed_is_told() {
    let of = |mail: &str| sign(mail.as_bytes(), &signers()[1..], Timestamp::from_millis(0)).err();
    assert_eq!(of("From: a@b.c\r\n\r\n"), None);
    assert_eq!(of("To: a@b.c\r\n\r\nx"), Some(Unsignable::NoFrom));
    assert_eq!(of("From: a@b.c\r\n"), Some(Unsignable::NoBody));
    assert_eq!(of("From: a@b.c\r\n\r\nx\ny"), Some(Unsignable::LineEnd));
    assert_eq!(of(""), Some(Unsignable::NoBody));
}

#[test]
fn a_domain_that_could_leave_its_header_signs_nothing() {
    for (domain, selector) in
        [("example.com;", "s"), ("a\r\nb.c", "s"), ("", "s"), ("example.com", "a b"), ("예시.한국", "s")]
    {
        assert_eq!(Signer::new(domain, selector, Key::new_ed25519().unwrap()).err(), Some(BadKey::Name), "{domain}");
    }
}

#[test]
fn garbage_does_no_harm() {
    let signers = [Signer::new("example.com", "e1", Key::new_ed25519().unwrap()).unwrap()];
    let mut state = 29u64;
    for _ in 0..3_000 {
        let mut mail = MAIL.as_bytes().to_vec();
        for _ in 0..4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from(state >> 33).unwrap() % mail.len();
            mail[place] = b"\r\n :\tx\xff;"[usize::try_from(state >> 29 & 7).unwrap()];
        }
        mail.truncate(usize::try_from(state >> 40).unwrap() % (2 * mail.len()));
        let _ = sign(&mail, &signers, Timestamp::from_millis(0));
    }
}

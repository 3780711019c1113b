//! Signatures a second: of whole mails as Hermod signs them, and of the library alone.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use domain::Timestamp;
use engine::senders::dkim::{Key, Signer, sign};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;

use super::Compared;
use crate::bare;
use crate::figure;

/// In turns, so that a machine that gives more or less of itself does so to both.
const TURNS: u32 = 40;
const OF_A_TURN: u32 = 50;

/// With RSA-2048, on one thread.
pub(super) fn measure() -> Result<()> {
    let pem = Key::new_rsa()?.to_pem()?;
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())?;
    let bare = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(|error| anyhow!("{error}"))?;
    let signers = [Signer::new("example.com", "bench", Key::from_pem(&pem)?)?];
    let mail = bare::mail()?.bytes;
    let text = mail.get(..500).context("a mail of some length")?;
    let (mut alone, mut whole) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..TURNS {
        let start = Instant::now();
        for _ in 0..OF_A_TURN {
            let mut signature = vec![0; bare.public_modulus_len()];
            bare.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), black_box(text), &mut signature)?;
            black_box(signature);
        }
        alone += start.elapsed();
        let (start, at) = (Instant::now(), Timestamp::from_millis(1_700_000_000_000 + i64::from(turn)));
        for _ in 0..OF_A_TURN {
            black_box(sign(black_box(&mail), &signers, at)?);
        }
        whole += start.elapsed();
    }
    let rate = |took: Duration| f64::from(TURNS * OF_A_TURN) / took.as_secs_f64();
    figure("dkim_bare", format!("{:.0}", rate(alone)), "signatures/s on one processor");
    figure("dkim_signed", format!("{:.0}", rate(whole)), "signatures/s on one processor");
    Compared { name: "dkim_share_of_bare", goal: Some(0.8), unit: "ratio" }.report(rate(whole) / rate(alone), None);
    Ok(())
}

//! The bare SMTP client pushing mails that are ready: what delivery can reach at most.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use content::{Compiled, Data};
use domain::Timestamp;
use domain::channel_configuration::{
    Category, Channel, ChannelConfiguration, ChannelConfigurationStatus, EmailSender, MESSAGES_PER_CONNECTION, Sender,
    SmtpRelay, SmtpSecurity, Transport,
};
use domain::content::{Content, EmailContent};
use domain::id::{ChannelConfigurationId, MessageId};
use domain::message::Outcome;
use engine::channel_configurations::{Password, SendingConfiguration};
use engine::outbound::Settings;
use engine::senders::dkim::{Key, Signer, sign};
use engine::senders::{Author, Mail, Senders, mime};
use tokio::task::JoinSet;

use crate::campaign;

/// Connections, as the campaign's configuration has.
pub const CONNECTIONS: u16 = 4;

/// Mails that wait for an answer at a time.
const AT_ONCE: usize = 256;

/// Mails per second to the sink on `port`.
pub async fn rate(port: u16, mails: u64) -> Result<f64> {
    push(relay(port), &Settings::default(), mail()?, mails).await
}

/// The same of mails that are signed, over TLS to a sink with this certificate (PEM).
pub async fn rate_of_signed(port: u16, certificate: &str, mails: u64) -> Result<f64> {
    let relay = SmtpRelay { security: SmtpSecurity::Tls, ..relay(port) };
    let settings = Settings { extra_roots: certificate.to_owned(), ..Settings::default() };
    let signer = Signer::new("example.com", "bench", Key::new_rsa()?)?;
    let mut mail = mail()?;
    mail.bytes.splice(..0, sign(&mail.bytes, &[signer], Timestamp::from_millis(1_700_000_000_000))?);
    push(relay, &settings, mail, mails).await
}

async fn push(relay: SmtpRelay, settings: &Settings, mail: Mail, mails: u64) -> Result<f64> {
    let sending = SendingConfiguration::unsigned(configuration(&relay)?, Password::Missing);
    let senders = Arc::new(Senders::of_relays("bench.example.com", settings));
    let mail = Arc::new(mail);
    let start = Instant::now();
    let mut waiting = JoinSet::new();
    for _ in 0..mails {
        if waiting.len() >= AT_ONCE {
            waiting.join_next().await.transpose()?;
        }
        let (senders, sending, mail) = (Arc::clone(&senders), sending.clone(), Arc::clone(&mail));
        let relay = relay.clone();
        waiting.spawn(async move {
            let copy = Mail {
                from: mail.from.clone(),
                to: mail.to.clone(),
                envelope_id: mail.envelope_id.clone(),
                bytes: mail.bytes.clone(),
                list_headers: Vec::new(),
            };
            let answer = senders.send_mail(&sending, &relay, copy).await;
            assert!(answer.outcome == Outcome::Accepted, "{answer:?}");
        });
    }
    while let Some(sent) = waiting.join_next().await {
        sent?;
    }
    let took = start.elapsed();
    ensure!(took > Duration::from_millis(100), "too short to measure");
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    Ok(mails as f64 / took.as_secs_f64())
}

fn configuration(relay: &SmtpRelay) -> Result<ChannelConfiguration> {
    Ok(ChannelConfiguration {
        id: ChannelConfigurationId::new(1, [1; 10]),
        channel: Channel::Email,
        category: Category::Transactional,
        status: ChannelConfigurationStatus::Active,
        name: "Bench".to_owned(),
        sender: Sender::Email(sender()?),
        transport: Transport::Smtp(relay.clone()),
        retry_minutes: 60,
        failover: None,
        consent_level: domain::consent::ConsentLevel::default(),
        rates: domain::channel_configuration::Rates::default(),
        revision: 1,
        modified_at: Timestamp::from_millis(0),
        modified_by: "bench".to_owned(),
    })
}

fn relay(port: u16) -> SmtpRelay {
    SmtpRelay {
        host: "127.0.0.1".to_owned(),
        port,
        security: SmtpSecurity::None,
        username: String::new(),
        password_set: false,
        oauth: None,
        max_connections: CONNECTIONS,
        max_messages_per_connection: MESSAGES_PER_CONNECTION,
    }
}

fn sender() -> Result<EmailSender> {
    let from_address = "bench@example.com".parse().map_err(|fault| anyhow!("{fault:?}"))?;
    Ok(EmailSender::new("Bench".to_owned(), from_address, None))
}

/// The bytes that the campaign sends.
pub fn mail() -> Result<Mail> {
    let content = Content::Email(EmailContent {
        subject: campaign::SUBJECT.to_owned(),
        html: campaign::HTML.to_owned(),
        ..EmailContent::default()
    });
    let sender = sender()?;
    let compiled = Compiled::compile(&content).map_err(|faults| anyhow!("{faults:?}"))?;
    let context = serde_json::from_str(&campaign::context(1))?;
    let data = Data { context, ..Data::default() };
    let rendered = compiled.render(&data).map_err(|fault| anyhow!("{fault:?}"))?;
    let email = rendered.email().context("an email")?;
    let to = campaign::recipient(1).parse().map_err(|fault| anyhow!("{fault:?}"))?;
    let id = MessageId::new(1, [1; 10]);
    let envelope = mime::Envelope {
        author: &Author::from(&sender),
        category: Category::Transactional,
        message_id: &id,
        to: &to,
        attachments: &[],
    };
    let composed = mime::compose(envelope, Timestamp::from_millis(1_700_000_000_000), email, &[])
        .map_err(|error| anyhow!("{error}"))?;
    Ok(Mail {
        from: sender.from_address,
        to,
        envelope_id: id.to_string(),
        bytes: composed.bytes,
        list_headers: Vec::new(),
    })
}

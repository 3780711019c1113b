//! The bare SMTP client pushing mails that are ready: what delivery can reach at most.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use content::{CompiledEmail, Data};
use domain::Timestamp;
use domain::channel_configuration::{
    Category, Channel, ChannelConfiguration, ChannelConfigurationStatus, SmtpRelay, SmtpSecurity, Transport,
};
use domain::content::EmailContent;
use domain::id::{ChannelConfigurationId, MessageId};
use domain::message::Outcome;
use engine::channel_configurations::{Password, SendingConfiguration};
use engine::senders::{Mail, Senders, mime};
use tokio::task::JoinSet;

use crate::campaign;

/// Connections, as the campaign's configuration has.
pub const CONNECTIONS: u16 = 4;

/// Mails that wait for an answer at a time.
const AT_ONCE: usize = 256;

/// Mails per second to the sink on `port`.
pub async fn rate(port: u16, mails: u64) -> Result<f64> {
    let sending = SendingConfiguration { configuration: configuration(port)?, password: Password::Missing };
    let senders = Arc::new(Senders::new("bench.example.com"));
    let mail = Arc::new(mail(&sending.configuration)?);
    let start = Instant::now();
    let mut waiting = JoinSet::new();
    for _ in 0..mails {
        if waiting.len() >= AT_ONCE {
            waiting.join_next().await.transpose()?;
        }
        let (senders, sending, mail) = (Arc::clone(&senders), sending.clone(), Arc::clone(&mail));
        waiting.spawn(async move {
            let copy = Mail { from: mail.from.clone(), to: mail.to.clone(), bytes: mail.bytes.clone() };
            let answer = senders.send(&sending, false, copy).await;
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

fn configuration(port: u16) -> Result<ChannelConfiguration> {
    Ok(ChannelConfiguration {
        id: ChannelConfigurationId::new(1, [1; 10]),
        channel: Channel::Email,
        category: Category::Transactional,
        status: ChannelConfigurationStatus::Active,
        name: "Bench".to_owned(),
        from_name: "Bench".to_owned(),
        from_address: "bench@example.com".parse().map_err(|fault| anyhow!("{fault:?}"))?,
        reply_to: None,
        transport: Transport::Smtp(SmtpRelay {
            host: "127.0.0.1".to_owned(),
            port,
            security: SmtpSecurity::None,
            username: String::new(),
            password_set: false,
            max_connections: CONNECTIONS,
        }),
        retry_minutes: 60,
        rates: domain::channel_configuration::Rates::default(),
        revision: 1,
        modified_at: Timestamp::from_millis(0),
        modified_by: "bench".to_owned(),
    })
}

/// The bytes that the campaign sends.
fn mail(configuration: &ChannelConfiguration) -> Result<Mail> {
    let content = EmailContent {
        subject: campaign::SUBJECT.to_owned(),
        html: campaign::HTML.to_owned(),
        ..EmailContent::default()
    };
    let compiled = CompiledEmail::compile(&content).map_err(|faults| anyhow!("{faults:?}"))?;
    let context = serde_json::from_str(&campaign::context(1))?;
    let data = Data { context, ..Data::default() };
    let rendered = compiled.render(&data).map_err(|fault| anyhow!("{fault:?}"))?;
    let to = campaign::recipient(1).parse().map_err(|fault| anyhow!("{fault:?}"))?;
    let id = MessageId::new(1, [1; 10]);
    let composed = mime::compose(configuration, &id, &to, Timestamp::from_millis(1_700_000_000_000), &rendered)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(Mail { from: configuration.from_address.clone(), to, bytes: composed.bytes })
}

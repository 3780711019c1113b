//! The sample sandbox of `hermod serve --demo`: people, four campaigns and a day of messages, made by the engine itself.
//!
//! | file | holds |
//! |---|---|
//! | `people`, `choices` | profiles, what they said of marketing, and the audience by a rule |
//! | `rules` | how often marketing reaches them |
//! | `letters` | the marketing campaign |
//! | `mail_server` | who answers for all mailboxes |
//!
//! Messages end as sent, captured, failed, excluded, cancelled or in doubt, or wait for their next attempt.

mod choices;
mod letters;
mod mail_server;
mod people;
mod rules;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use domain::SandboxName;
use domain::execution::ExecutionRequest;
use domain::sandbox::SandboxMode;
use engine::api_clients::ApiCaller;
use engine::campaign_files::ApplyError;
use engine::campaigns::CampaignFilter;
use engine::{Clock as _, Engine, ManualClock, SystemClock};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The sandbox that is filled.
const SANDBOX: &str = "dev";
/// Who did it.
const BY: &str = "demo";
const ORDER: &str = include_str!("order.yaml");
const PASSWORD: &str = include_str!("password.yaml");
const CONFIRM: &str = include_str!("confirm.yaml");

const STEP: Duration = Duration::from_mins(5);
/// A day of steps.
const STEPS: u64 = 288;
/// From here on the sandbox captures, as that of a fresh start does.
const CAPTURE_FROM: u64 = STEPS - 24;
/// Mail to full mailboxes begins here, so that the next of its ever longer waits lies ahead of now.
const FULL_MAILBOXES: std::ops::Range<u64> = 200..216;

/// Mail to mailboxes whose server never says whether it took it: early enough that every attempt lies behind now.
const MUTE_MAILBOXES: std::ops::Range<u64> = 0..20;

const PEOPLE: [(&str, &str); 8] = [
    ("Ann", "ann"),
    ("지민", "jimin"),
    ("Luca", "luca"),
    ("서연", "seoyeon"),
    ("Maya", "maya"),
    ("도윤", "doyun"),
    ("Oskar", "oskar"),
    ("하은", "haeun"),
];
const BOOKS: [(&str, &str, u64); 3] = [
    ("The Odyssey, a new translation", "€ 18.00", 18),
    ("Letters from the sea", "€ 12.00", 12),
    ("A short history of messengers", "€ 24.00", 24),
];

/// Fills the database when its sandbox has no campaigns. `open` opens it with the clock that it is given.
pub(crate) async fn load(open: impl AsyncFn(Arc<ManualClock>) -> Result<Engine>) -> Result<()> {
    let now = SystemClock.now();
    let day = i64::try_from(STEP.as_millis()).context("a step is short")? * i64::try_from(STEPS)?;
    let clock = Arc::new(ManualClock::at(domain::Timestamp::from_millis(now.as_millis() - day)));
    let engine = open(Arc::clone(&clock)).await?;
    let loaded = fill(&engine, &clock).await;
    engine.close().await;
    loaded
}

async fn fill(engine: &Engine, clock: &ManualClock) -> Result<()> {
    let sandbox: SandboxName = SANDBOX.parse()?;
    if !engine.list_campaigns(&sandbox, &CampaignFilter::default(), None).await?.rows.is_empty() {
        return Ok(());
    }
    let mail_server = TcpListener::bind("127.0.0.1:0").await?;
    let port = mail_server.local_addr()?.port();
    let answering = tokio::spawn(mail_server::answer(mail_server));
    let relay = format!("{{ kind: smtp, host: 127.0.0.1, port: {port}, security: none }}");
    let campaigns = [apply(engine, &sandbox, ORDER, &relay).await?, apply(engine, &sandbox, PASSWORD, &relay).await?];
    engine.set_sandbox_mode(&sandbox, SandboxMode::Live).await?;
    let client = engine.create_api_client(&sandbox, "Web shop", BY).await?;
    let token = engine.issue_token(client.client_id.as_str(), &client.client_secret).await?;
    let caller = engine.authenticate(&token.token, client.client_id.as_str(), Some(SANDBOX)).await?;
    people::load(engine, &sandbox, clock).await?;
    let confirmation = apply(engine, &sandbox, CONFIRM, &relay).await?;
    choices::load(engine, &caller, &confirmation, clock.now()).await?;
    rules::load(engine, &sandbox, clock.now()).await?;
    let readers = letters::import_readers(engine, &sandbox).await?;
    let letter = letters::Letter { campaign: apply(engine, &sandbox, letters::FILE, &relay).await?, readers };
    for step in 0..STEPS {
        clock.advance(STEP);
        if step == CAPTURE_FROM {
            engine.set_sandbox_mode(&sandbox, SandboxMode::Capture).await?;
        }
        call(engine, &caller, &campaigns, step).await?;
        letters::step(engine, &caller, &letter, step, clock.now()).await?;
        engine.drain().await?;
    }
    // The mail server of the sample is gone from here on.
    apply(engine, &sandbox, ORDER, "{ kind: capture }").await?;
    apply(engine, &sandbox, letters::FILE, "{ kind: capture }").await?;
    answering.abort();
    Ok(())
}

/// Applies a file of the sample and returns the id of its campaign, the last document.
async fn apply(engine: &Engine, sandbox: &SandboxName, yaml: &str, transport: &str) -> Result<String> {
    let applied = engine.apply_file(Some(sandbox), &yaml.replace("TRANSPORT", transport), BY).await;
    let applied = applied.map_err(|error| match error {
        ApplyError::Faults(faults) => anyhow!("the sample has faults: {faults:?}"),
        ApplyError::Engine(error) => error.into(),
    })?;
    Ok(applied.into_iter().next_back().context("the sample has documents")?.id)
}

async fn call(engine: &Engine, caller: &ApiCaller, campaigns: &[String; 2], step: u64) -> Result<()> {
    let order = step % 4 != 3;
    let people = if order { 1 + step % 2 } else { 1 };
    let recipients: Vec<Value> = (0..people).map(|position| recipient(step, position, order)).collect();
    let request = json!({
        "requestId": format!("{}-{:05}", if order { "order" } else { "reset" }, 40_000 + step),
        "campaignId": campaigns[usize::from(!order)],
        "recipients": recipients,
    });
    engine.trigger_unitary(caller, serde_json::from_value::<ExecutionRequest>(request)?).await?;
    Ok(())
}

fn recipient(step: u64, position: u64, order: bool) -> Value {
    let turn = usize::try_from(step * 3 + position).unwrap_or(0);
    let (first_name, mailbox) = PEOPLE[turn % PEOPLE.len()];
    let mailbox = match step {
        _ if FULL_MAILBOXES.contains(&step) && step.is_multiple_of(2) => "full",
        _ if MUTE_MAILBOXES.contains(&step) && step.is_multiple_of(3) => "mute",
        _ if step % 17 == 5 => "nobody",
        _ if step % 13 == 4 => "careful",
        _ => mailbox,
    };
    let (title, price, amount) = BOOKS[turn % BOOKS.len()];
    let context = if order {
        let (second, second_price, second_amount) = BOOKS[(turn + 1) % BOOKS.len()];
        json!({ "order": {
            "id": format!("M-{}", 40_000 + step),
            "items": [{ "title": title, "price": price }, { "title": second, "price": second_price }],
            "total": format!("€ {}.00", amount + second_amount),
        }})
    } else {
        json!({ "code": format!("{:06}", (step * 7_919 + 104_729) % 1_000_000), "minutes": 15 })
    };
    json!({
        "type": "external",
        "userId": format!("{mailbox}.{step}.{position}@mail.example"),
        "namespace": "email",
        "profile": { "person": { "name": { "firstName": first_name } } },
        "context": context,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use domain::channel_configuration::Channel;
    use domain::consent::Choice;
    use domain::message::{LogFilter, MessageState};
    use domain::rule_set::RuleStatus;
    use engine::keys::SecretKey;
    use engine::profiles::ProfileQuery;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_sample_has_hundreds_of_messages_in_every_state_that_can_be_and_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = engine::Settings::sqlite_in(folder.path(), SecretKey::random());
        settings.public_url = "https://hermod.example.com".to_owned();
        let open = async |clock: Arc<ManualClock>| Ok(Engine::open(settings.clone(), clock).await?);
        load(&open).await.unwrap();
        load(&open).await.unwrap();
        let engine = Engine::open(settings.clone(), Arc::new(SystemClock)).await.unwrap();
        let sandbox: SandboxName = SANDBOX.parse().unwrap();
        let campaigns = engine.list_campaigns(&sandbox, &CampaignFilter::default(), None).await.unwrap();
        assert_eq!(campaigns.rows.len(), 4);
        let mut states: HashMap<&str, usize> = HashMap::new();
        let mut reasons: HashMap<String, usize> = HashMap::new();
        let mut cursor = None;
        loop {
            let page = engine.list_messages(&sandbox, &LogFilter::default(), cursor.as_deref(), 200).await.unwrap();
            for message in page.rows {
                *states.entry(message.state.as_str()).or_default() += 1;
                let excluded = message.reason.filter(|_| message.state == MessageState::Excluded);
                if let Some(reason) = excluded {
                    *reasons.entry(reason).or_default() += 1;
                }
            }
            let Some(next) = page.next else { break };
            cursor = Some(next);
        }
        for state in ["sent", "captured", "failed", "excluded", "cancelled", "in_doubt", "queued"] {
            assert!(states.get(state).is_some_and(|count| *count >= 5), "{state}: {states:?}");
        }
        assert_eq!(states.len(), 7, "{states:?}");
        assert!((400..900).contains(&states.values().sum::<usize>()), "{states:?}");
        for reason in ["no_consent", "opted_out", "consent_pending", "frequency_cap", "no_address", "rate_window_over"]
        {
            assert!(reasons.get(reason).is_some_and(|count| *count >= 3), "{reason}: {reasons:?}");
        }
        let schedules = engine.list_schedules(&sandbox).await.unwrap();
        let schedules: Vec<&str> = schedules.iter().map(|schedule| schedule.state.as_str()).collect();
        assert_eq!(schedules, ["scheduled", "cancelled"]);
        assert_eq!(engine.find_sandbox(&sandbox).await.unwrap().mode, SandboxMode::Capture);
        has_people(&engine, &sandbox).await;
        has_choices_and_rules(&engine, &sandbox).await;
        engine.close().await;
    }

    async fn has_people(engine: &Engine, sandbox: &SandboxName) {
        let import = engine.list_profile_imports(sandbox).await.unwrap().remove(0);
        assert_eq!((import.created, import.failed), (203, 1), "{import:?}");
        let report = engine.profile_import_report(sandbox, &import.id).await.unwrap();
        assert!(report.contains("119,\"email\""), "{report}");
        let tests = ProfileQuery { start: String::new(), only_tests: true };
        assert_eq!(engine.list_profiles(sandbox, &tests, None, 50).await.unwrap().rows.len(), 3);
        assert_eq!(engine.profile_schema(sandbox).await.unwrap().len(), 4);
        let audiences = engine.list_audiences(sandbox).await.unwrap();
        let kinds: Vec<_> = audiences.iter().map(|it| (it.name.as_str(), it.kind.as_str())).collect();
        assert_eq!(kinds, [("Readers", "list"), ("Regulars", "rule")]);
        let regulars = engine.audience(sandbox, audiences[1].id.as_str()).await.unwrap();
        let estimate = engine.estimate_rule(sandbox, &regulars.rule.unwrap()).await.unwrap();
        assert!((30..60).contains(&estimate.members), "{estimate:?}");
    }

    async fn has_choices_and_rules(engine: &Engine, sandbox: &SandboxName) {
        assert_eq!(engine.list_topics(sandbox).await.unwrap().len(), 2);
        let asked = (0..people::COUNT).filter_map(|number| people::Person(number).email());
        let mut pending = 0;
        for address in asked {
            let record = engine.find_consent(sandbox, Channel::Email, &address).await.unwrap();
            pending += usize::from(record.consents.iter().any(|consent| consent.choice == Choice::Pending));
        }
        assert!((10..30).contains(&pending), "{pending}");
        let sets = engine.list_rule_sets(sandbox).await.unwrap();
        let statuses: Vec<_> = sets[1].rules.iter().map(|rule| (rule.name.as_str(), rule.status)).collect();
        assert_eq!(sets[1].status, RuleStatus::Active);
        assert_eq!(statuses, [("Three a week", RuleStatus::Active), ("Nights", RuleStatus::Draft)]);
    }
}

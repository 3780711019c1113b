//! What became of every accepted message: by the mail server's record, and where that has nothing, by Hermod's log.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Result;
use engine::store::Store;

use super::peer::Taken;

/// What Hermod says of its messages and attempts.
pub(super) struct Log {
    /// State and reason, by recipient.
    messages: HashMap<String, (String, String)>,
    /// Attempts that were not accepted, by reason.
    pub(super) attempts: BTreeMap<String, i64>,
}

const MESSAGES: &str = "SELECT address, state, COALESCE(reason, state) FROM messages WHERE sandbox = 'dev'";
const ATTEMPTS: &str = "SELECT COALESCE(reason, outcome), COUNT(*) FROM attempts WHERE outcome <> 'accepted'
    GROUP BY COALESCE(reason, outcome)";
const WAITING: &str = "SELECT COUNT(*) FROM messages WHERE sandbox = 'dev' AND state IN ('queued', 'sending')";

impl Log {
    pub(super) async fn read(store: &Store) -> Result<Self> {
        let messages: Vec<(String, String, String)> = match store {
            Store::Sqlite { read, .. } => sqlx::query_as(MESSAGES).fetch_all(read).await?,
            Store::Postgres(pool) => sqlx::query_as(MESSAGES).fetch_all(pool).await?,
        };
        let attempts: Vec<(String, i64)> = match store {
            Store::Sqlite { read, .. } => sqlx::query_as(ATTEMPTS).fetch_all(read).await?,
            Store::Postgres(pool) => sqlx::query_as(ATTEMPTS).fetch_all(pool).await?,
        };
        let messages = messages.into_iter().map(|(address, state, reason)| (address, (state, reason))).collect();
        Ok(Self { messages, attempts: attempts.into_iter().collect() })
    }

    fn sent(&self) -> u64 {
        self.messages.values().filter(|(state, _)| state == "sent").count() as u64
    }
}

/// Messages that are queued or being sent.
pub(super) async fn waiting(store: &Store) -> Result<i64> {
    Ok(match store {
        Store::Sqlite { read, .. } => sqlx::query_scalar(WAITING).fetch_one(read).await?,
        Store::Postgres(pool) => sqlx::query_scalar(WAITING).fetch_one(pool).await?,
    })
}

/// Counts of accepted messages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) delivered: usize,
    /// By the reason that the log tells: given up, or in doubt.
    pub(super) failed: BTreeMap<String, usize>,
    /// Still queued or being sent.
    pub(super) waiting: usize,
    /// Neither taken by the server nor failed for a reason, whatever the log says.
    pub(super) lost: u64,
    /// Mails beyond the first of each message.
    pub(super) duplicates: u64,
    /// Messages that came under several Message-IDs.
    pub(super) renamed: usize,
}

impl Verdict {
    pub(super) fn of(accepted: &HashSet<String>, log: &Log, taken: &Taken) -> Self {
        let mut verdict = Self::default();
        for recipient in accepted {
            verdict.judge(recipient, log, taken);
        }
        match taken {
            Taken::ByRecipient(mails) => {
                verdict.duplicates = mails.values().map(|ids| ids.len() as u64 - 1).sum();
                verdict.renamed = mails.values().filter(|ids| ids.iter().any(|id| *id != ids[0])).count();
            }
            Taken::Counted(mails) => {
                let sent = log.sent();
                verdict.duplicates = mails.saturating_sub(sent);
                verdict.lost += sent.saturating_sub(*mails);
            }
        }
        verdict
    }

    fn judge(&mut self, recipient: &str, log: &Log, taken: &Taken) {
        let (state, reason) = match log.messages.get(recipient) {
            Some((state, reason)) => (state.as_str(), reason.as_str()),
            None => ("", ""),
        };
        let is_taken = match taken {
            Taken::ByRecipient(mails) => mails.contains_key(recipient),
            // Whether there are as many mails is looked at afterwards.
            Taken::Counted(_) => state == "sent",
        };
        match state {
            _ if is_taken => self.delivered += 1,
            "failed" | "in_doubt" => *self.failed.entry(reason.to_owned()).or_default() += 1,
            "queued" | "sending" => self.waiting += 1,
            _ => self.lost += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(messages: &[(&str, &str, &str)]) -> Log {
        let owned = |text: &str| text.to_owned();
        let messages = messages.iter().map(|(to, state, reason)| (owned(to), (owned(state), owned(reason))));
        Log { messages: messages.collect(), attempts: BTreeMap::new() }
    }

    fn accepted(recipients: &[&str]) -> HashSet<String> {
        recipients.iter().map(|recipient| (*recipient).to_owned()).collect()
    }

    #[test]
    fn a_message_that_the_log_calls_sent_and_the_server_never_took_is_lost() {
        let log = log(&[
            ("a", "sent", "sent"),
            ("b", "sent", "sent"),
            ("c", "failed", "smtp_550"),
            ("d", "queued", "queued"),
        ]);
        let taken = Taken::ByRecipient([("a".to_owned(), vec!["1".to_owned(), "1".to_owned()])].into());
        let verdict = Verdict::of(&accepted(&["a", "b", "c", "d", "e"]), &log, &taken);
        let failed = [("smtp_550".to_owned(), 1)].into();
        assert_eq!(verdict, Verdict { delivered: 1, failed, waiting: 1, lost: 2, duplicates: 1, renamed: 0 });
    }

    #[test]
    fn a_server_that_only_counts_is_compared_with_the_log() {
        let log = log(&[("a", "sent", "sent"), ("b", "sent", "sent")]);
        let of = |mails| Verdict::of(&accepted(&["a", "b"]), &log, &Taken::Counted(mails));
        assert_eq!((of(1).lost, of(2).lost, of(3).duplicates), (1, 0, 1));
    }
}

//! Access tokens, kept until they run out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Sent;

/// A token is renewed when this much of its life is left, or a tenth of it, whichever is less.
const EARLY: Duration = Duration::from_mins(5);
/// A failure is the answer to everybody for this long.
const REMEMBERED: Duration = Duration::from_secs(5);
/// No token is believed to live longer: what tells of more is mistaken.
const A_YEAR: Duration = Duration::from_hours(365 * 24);
/// From this many keys on, those whose token has run out are dropped before another comes in.
const MANY: usize = 1_000;

/// Tokens by key. Whoever needs one that nobody has asks for it, and the others wait for that answer.
#[derive(Debug, Default)]
pub struct TokenCache {
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

#[derive(Debug, Default)]
struct Slot {
    known: Mutex<Known>,
    /// Held by the one who asks.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    token: Option<Token>,
    failure: Option<(Instant, Sent)>,
}

#[derive(Debug)]
struct Token {
    value: Arc<str>,
    renew_at: Instant,
    ends_at: Instant,
}

/// What to do for a token.
enum Step {
    Take(Result<Arc<str>, Sent>),
    /// Ask for a new one; the old one is still good for a while.
    Renew(Option<Arc<str>>),
}

impl TokenCache {
    /// The token for `key`. `ask` fetches one and tells how long it is good, or that none is needed; it is polled only when it
    /// is needed. While an old token is still good, nobody waits for the new one but the one who asks, and a failure costs nothing.
    pub async fn token(
        &self,
        key: &str,
        ask: impl Future<Output = Result<Option<(String, Duration)>, Sent>>,
    ) -> Result<Option<Arc<str>>, Sent> {
        let slot = self.slot(key);
        let old = match slot.step() {
            Step::Take(token) => return token.map(Some),
            Step::Renew(old) => old,
        };
        let _turn = match (slot.turn.try_lock(), old) {
            (Ok(turn), _) => turn,
            (Err(_), Some(old)) => return Ok(Some(old)),
            (Err(_), None) => slot.turn.lock().await,
        };
        // Whoever was before us may have got it.
        let old = match slot.step() {
            Step::Take(token) => return token.map(Some),
            Step::Renew(old) => old,
        };
        match ask.await {
            Ok(None) => Ok(None),
            Ok(Some((value, life))) => Ok(Some(slot.keep(value, life))),
            Err(failure) => {
                locked(&slot.known).failure = Some((Instant::now() + REMEMBERED, failure.clone()));
                old.map(Some).ok_or(failure)
            }
        }
    }

    /// The provider refused this token. If another has come meanwhile, that one stays.
    pub fn forget(&self, key: &str, token: &str) {
        if let Some(slot) = locked(&self.slots).get(key) {
            locked(&slot.known).token.take_if(|known| *known.value == *token);
        }
    }

    fn slot(&self, key: &str) -> Arc<Slot> {
        let mut slots = locked(&self.slots);
        if let Some(slot) = slots.get(key) {
            return slot.clone();
        }
        if slots.len() >= MANY {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.is_in_use());
        }
        slots.entry(key.to_owned()).or_default().clone()
    }
}

impl Slot {
    fn step(&self) -> Step {
        let now = Instant::now();
        let known = locked(&self.known);
        let failure = known.failure.as_ref().filter(|(until, _)| now < *until).map(|(_, failure)| failure);
        match (known.token.as_ref().filter(|token| now < token.ends_at), failure) {
            (Some(token), None) if now >= token.renew_at => Step::Renew(Some(token.value.clone())),
            (Some(token), _) => Step::Take(Ok(token.value.clone())),
            (None, Some(failure)) => Step::Take(Err(failure.clone())),
            (None, None) => Step::Renew(None),
        }
    }

    fn keep(&self, value: String, life: Duration) -> Arc<str> {
        let now = Instant::now();
        let life = life.min(A_YEAR);
        let value: Arc<str> = value.into();
        let renew_at = now + life.saturating_sub(EARLY.min(life / 10));
        *locked(&self.known) =
            Known { token: Some(Token { value: value.clone(), renew_at, ends_at: now + life }), failure: None };
        value
    }

    fn is_in_use(&self) -> bool {
        locked(&self.known).token.as_ref().is_some_and(|token| Instant::now() < token.ends_at)
    }
}

/// Nothing that holds these locks can leave them half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

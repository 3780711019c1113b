use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// Gives `token 1`, `token 2`, … for an hour, and counts.
#[derive(Default)]
struct Office {
    asked: AtomicU32,
}

impl Office {
    async fn give(&self) -> Result<Option<(String, Duration)>, Sent> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Some((format!("token {number}"), Duration::from_hours(1))))
    }

    async fn refuse(&self) -> Result<Option<(String, Duration)>, Sent> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(closed())
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

fn closed() -> Sent {
    Sent::Trouble(Trouble::NotSent { reason: "connect_failed", words: "Closed.".into() })
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what may fail")]
fn good(token: &str) -> Result<Option<Arc<str>>, Sent> {
    Ok(Some(token.into()))
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_who_need_a_token_at_once_ask_for_it_once() {
    let (cache, office) = (TokenCache::default(), Office::default());
    let all = futures::future::join_all((0..100).map(|_| cache.token("a", office.give()))).await;
    assert!(all.iter().all(|token| *token == good("token 1")));
    assert_eq!(office.asked(), 1);
    assert_eq!(cache.token("b", office.give()).await, good("token 2"));
}

#[tokio::test(start_paused = true)]
async fn a_hundred_who_cannot_get_one_ask_once_and_five_seconds_later_once_more() {
    let (cache, office) = (TokenCache::default(), Office::default());
    let all = futures::future::join_all((0..100).map(|_| cache.token("a", office.refuse()))).await;
    assert!(all.iter().all(|token| *token == Err(closed())));
    pass(4).await;
    assert_eq!(cache.token("a", office.refuse()).await, Err(closed()));
    assert_eq!(office.asked(), 1);
    pass(1).await;
    assert_eq!(cache.token("a", office.give()).await, good("token 2"));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_five_minutes_before_its_end() {
    let (cache, office) = (TokenCache::default(), Office::default());
    assert_eq!(cache.token("a", office.give()).await, good("token 1"));
    pass(3_299).await;
    assert_eq!(cache.token("a", office.give()).await, good("token 1"));
    pass(1).await;
    // One asks for the new one, and nobody else waits for it.
    let both = futures::future::join(cache.token("a", office.give()), cache.token("a", office.give())).await;
    assert_eq!(both, (good("token 2"), good("token 1")));
}

#[tokio::test(start_paused = true)]
async fn a_token_of_short_life_is_renewed_at_its_last_tenth() {
    let (cache, office) = (TokenCache::default(), Office::default());
    let short = async { Ok(Some(("short".to_owned(), Duration::from_mins(1)))) };
    assert_eq!(cache.token("a", short).await, good("short"));
    pass(53).await;
    assert_eq!(cache.token("a", office.give()).await, good("short"));
    pass(1).await;
    assert_eq!(cache.token("a", office.give()).await, good("token 1"));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_still_good_outlasts_an_office_that_is_closed() {
    let (cache, office) = (TokenCache::default(), Office::default());
    assert_eq!(cache.token("a", office.give()).await, good("token 1"));
    pass(3_400).await;
    for _ in 0..3 {
        assert_eq!(cache.token("a", office.refuse()).await, good("token 1"));
    }
    assert_eq!(office.asked(), 2);
    pass(200).await;
    assert_eq!(cache.token("a", office.refuse()).await, Err(closed()));
}

#[tokio::test(start_paused = true)]
async fn only_the_token_that_was_refused_is_forgotten() {
    let (cache, office) = (TokenCache::default(), Office::default());
    assert_eq!(cache.token("a", office.give()).await, good("token 1"));
    cache.forget("a", "token 0");
    cache.forget("b", "token 1");
    assert_eq!(cache.token("a", office.give()).await, good("token 1"));
    cache.forget("a", "token 1");
    assert_eq!(cache.token("a", office.give()).await, good("token 2"));
    cache.forget("a", "token 1");
    assert_eq!(cache.token("a", office.give()).await, good("token 2"));
}

#[tokio::test(start_paused = true)]
async fn the_next_in_line_asks_when_the_one_who_asked_went_away() {
    let (cache, office) = (TokenCache::default(), Office::default());
    let never = tokio::time::timeout(Duration::from_secs(1), cache.token("a", std::future::pending()));
    let (gone, token) = futures::future::join(never, cache.token("a", office.give())).await;
    assert!(gone.is_err());
    assert_eq!(token, good("token 1"));
}

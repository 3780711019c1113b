//! The registered devices of a sandbox, for people and callers who look at them.

use domain::device::{Device, DeviceRegistration};
use domain::push_token::PushToken;
use domain::{Failure, Fault, Page, SandboxName, Timestamp};

use crate::store::push_tokens::{self, Start};
use crate::{Engine, Result};

/// Most devices of a page.
const PAGE_MAX: usize = 200;

impl Engine {
    /// Newest first, up to `limit` (at most 200) on a page; of one person, in whichever namespace, when there is a `user_id`.
    /// `cursor` is the page's `next`. Invalid at `cursor` when it is none.
    pub async fn list_devices(
        &self,
        sandbox: &SandboxName,
        user_id: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Device>> {
        let start = match cursor.filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => start_of(cursor)?,
            None => Start { at: Timestamp::from_millis(i64::MAX), skipped: 0 },
        };
        let limit = limit.clamp(1, PAGE_MAX);
        let more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut rows = push_tokens::list(self.store(), sandbox, user_id.trim(), start, more).await?;
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let next = if has_next { next_of(&rows, start) } else { None };
        Ok(Page { rows, next })
    }

    /// The device takes no more; as it was. `NotFound` `device`.
    pub async fn remove_device(&self, sandbox: &SandboxName, token: &PushToken) -> Result<Device> {
        let mut tx = self.store().begin().await?;
        let device = push_tokens::find_in(&mut tx, sandbox, token).await?;
        let device = device.ok_or_else(|| Failure::not_found("device"))?;
        push_tokens::remove(&mut tx, sandbox, token).await?;
        tx.commit().await?;
        Ok(device)
    }

    /// Undoes [`Engine::remove_device`], unless the device has registered anew. Invalid as a registration is.
    pub async fn put_back_device(&self, sandbox: &SandboxName, device: Device) -> Result<()> {
        let Device { user_id, namespace, platform, token, app, kind, activity, first_at, registered_at } = device;
        let token = PushToken { platform, token };
        let registration = DeviceRegistration { user_id, namespace, token, app, kind, activity };
        let DeviceRegistration { user_id, namespace, token, app, kind, activity } =
            registration.checked().map_err(|faults| Failure::Invalid { faults })?;
        let PushToken { platform, token } = token;
        // Nobody has registered in the future.
        let (first_at, registered_at) = (first_at.min(self.now()), registered_at.min(self.now()));
        let device = Device { user_id, namespace, platform, token, app, kind, activity, first_at, registered_at };
        let mut tx = self.store().begin().await?;
        push_tokens::put_back(&mut tx, sandbox, &device).await?;
        tx.commit().await
    }
}

/// `1796115600007-2`: milliseconds since 1970, and how many devices of that moment were shown.
fn start_of(cursor: &str) -> Result<Start, Fault> {
    let parts = cursor.split_once('-').and_then(|(at, skipped)| Some((at.parse().ok()?, skipped.parse::<u32>().ok()?)));
    let (at, skipped) = parts.ok_or_else(|| Fault::new("cursor", "bad_id", "This is not the start of a page."))?;
    Ok(Start { at: Timestamp::from_millis(at), skipped: i64::from(skipped) })
}

fn next_of(rows: &[Device], start: Start) -> Option<String> {
    let at = rows.last()?.registered_at;
    let shown = rows.iter().filter(|device| device.registered_at == at).count();
    let before = if at == start.at { start.skipped } else { 0 };
    Some(format!("{}-{}", at.as_millis(), i64::try_from(shown).unwrap_or_default() + before))
}

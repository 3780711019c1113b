//! The calls of a day. They are taken from the storage in blocks, so that most calls write nothing, and what was taken counts
//! as used: all processes together never grant more than the quota, also after a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use domain::Timestamp;
use domain::id::ApiClientId;
use tokio::sync::Mutex;

use super::{Allowance, Taken};
use crate::Result;
use crate::store::{Store, api_client_days};

const DAY_MS: i64 = 86_400_000;
/// A block is this share of the quota, at most [`BLOCK_MAX`]: what a process that ends leaves unused.
const BLOCKS: u32 = 1_000;
const BLOCK_MAX: u32 = 1_000;

/// Of this process.
#[derive(Default)]
pub(crate) struct Quotas(StdMutex<HashMap<ApiClientId, Arc<Mutex<Meter>>>>);

/// One client's day.
#[derive(Default)]
struct Meter {
    day: i64,
    /// Taken from the storage and not used yet.
    spare: u32,
    /// Taken by all processes, as far as this one knows.
    taken: u32,
    /// The storage had nothing left of this quota.
    empty_at: Option<u32>,
}

impl Quotas {
    /// Uses one call of the day. `quota` is at least 1.
    pub(crate) async fn take(&self, store: &Store, client: &ApiClientId, quota: u32, now: Timestamp) -> Result<Taken> {
        let meter = {
            // Nothing here leaves the map half changed.
            let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(meters.entry(client.clone()).or_default())
        };
        let mut meter = meter.lock().await;
        let day = now.as_millis().div_euclid(DAY_MS);
        if meter.day != day {
            *meter = Meter { day, ..Meter::default() };
        }
        if meter.spare == 0 && meter.empty_at != Some(quota) {
            meter.refill(store, client, quota).await?;
        }
        let until_next_day = u64::try_from((day + 1) * DAY_MS - now.as_millis()).unwrap_or(0).div_ceil(1_000);
        let wait_seconds = if meter.spare == 0 { Some(until_next_day) } else { None };
        meter.spare = meter.spare.saturating_sub(1);
        let remaining = u64::from(quota.saturating_sub(meter.taken)) + u64::from(meter.spare);
        let allowance = Allowance { limit: u64::from(quota), remaining, reset_seconds: until_next_day };
        Ok(Taken { allowance, wait_seconds })
    }
}

impl Meter {
    /// Takes a block; of what is left at the end of a quota, one call at a time.
    async fn refill(&mut self, store: &Store, client: &ApiClientId, quota: u32) -> Result<()> {
        let block = (quota / BLOCKS).clamp(1, BLOCK_MAX);
        let mut tx = store.begin().await?;
        for block in [block, 1] {
            let taken = api_client_days::take(&mut tx, client, self.day, i64::from(block), i64::from(quota)).await?;
            if let Some(taken) = taken {
                if self.taken == 0 {
                    api_client_days::forget(&mut tx, self.day - 31).await?;
                }
                tx.commit().await?;
                self.spare = block;
                self.taken = u32::try_from(taken).unwrap_or(u32::MAX);
                return Ok(());
            }
        }
        self.taken = quota;
        self.empty_at = Some(quota);
        Ok(())
    }
}

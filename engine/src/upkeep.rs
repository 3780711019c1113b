//! What a process does beside answering and delivering: runs become messages, schedules run, copies of mails go, files of
//! suppressions are entered, figures of experiments are looked at, old data goes, sessions are listened to.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::Engine;

/// How long a run waits until somebody looks whether delivery has caught up.
const EXPAND_EVERY: Duration = Duration::from_millis(250);
/// How late a schedule may run. Never a sleep until its time: clocks jump, and machines sleep.
const FIRE_EVERY: Duration = Duration::from_secs(1);
/// How late copies of mails go.
const COPY_EVERY: Duration = Duration::from_secs(1);
/// How late somebody looks whether the figures of an experiment are due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How late a file of suppressions, or of people, is entered.
const ENTER_EVERY: Duration = Duration::from_secs(1);
/// How late what is old goes.
const SWEEP_EVERY: Duration = Duration::from_mins(5);

impl Engine {
    /// Works until `shutdown` resolves. What is under way then is given up; it goes on from there in the next process.
    /// Several processes on one database share the work.
    pub async fn keep_up_until(&self, shutdown: impl Future<Output = ()> + Send) {
        tokio::select! {
            () = shutdown => {}
            () = self.expand_for_ever() => {}
            () = self.fire_for_ever() => {}
            () = self.sweep_for_ever() => {}
            () = self.hear_sessions_for_ever() => {}
            () = self.copy_for_ever() => {}
            () = self.enter_for_ever() => {}
            () = self.look_for_ever() => {}
        }
    }

    async fn expand_for_ever(&self) {
        let mut look = every(EXPAND_EVERY);
        loop {
            look.tick().await;
            if let Err(error) = self.expand_runs().await {
                tracing::error!(%error, "runs cannot be read");
            }
        }
    }

    async fn copy_for_ever(&self) {
        let mut look = every(COPY_EVERY);
        loop {
            look.tick().await;
            if let Err(error) = self.send_copies().await {
                tracing::error!(%error, "copies of mails cannot be sent");
            }
        }
    }

    async fn enter_for_ever(&self) {
        let mut look = every(ENTER_EVERY);
        loop {
            look.tick().await;
            if let Err(error) = self.enter_audience_files().await {
                tracing::error!(%error, "files of people cannot be entered");
            }
            if let Err(error) = self.enter_uploads().await {
                tracing::error!(%error, "files of suppressions cannot be entered");
            }
        }
    }

    async fn look_for_ever(&self) {
        let mut look = every(LOOK_EVERY);
        loop {
            look.tick().await;
            if let Err(error) = self.look_at_experiments().await {
                tracing::error!(%error, "experiments cannot be looked at");
            }
        }
    }

    async fn sweep_for_ever(&self) {
        let mut look = every(SWEEP_EVERY);
        loop {
            look.tick().await;
            if let Err(error) = self.sweep().await {
                tracing::error!(%error, "old data cannot be removed");
            }
        }
    }

    async fn fire_for_ever(&self) {
        let mut look = every(FIRE_EVERY);
        loop {
            look.tick().await;
            if let Err(error) = self.fire_schedules().await {
                tracing::error!(%error, "schedules cannot be read");
            }
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut look = interval(period);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    look
}

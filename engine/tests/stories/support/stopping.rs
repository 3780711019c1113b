//! A process that goes on only when the test says so: its clock makes it wait whenever it asks what time it is.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use domain::Timestamp;
use engine::{Clock, Engine, ManualClock};
use tokio::runtime::Runtime;

use super::World;

/// Another process on the database of a world, in a thread of its own.
pub struct Stopping {
    asks: Receiver<()>,
    answers: SyncSender<()>,
    thread: JoinHandle<()>,
}

struct Turns {
    clock: Arc<ManualClock>,
    asks: SyncSender<()>,
    answers: Mutex<Receiver<()>>,
}

impl Clock for Turns {
    fn now(&self) -> Timestamp {
        // When the test waits no more, nobody has to be asked.
        if self.asks.send(()).is_ok() {
            let _ = self.answers.lock().unwrap().recv();
        }
        self.clock.now()
    }
}

impl Stopping {
    /// Does `work` in it; it waits where it first looks at the clock.
    pub fn doing<F: Future<Output = ()>>(world: &World, work: impl FnOnce(Engine) -> F + Send + 'static) -> Self {
        let ((asks, asked), (answers, answered)) = (sync_channel(0), sync_channel(0));
        let (settings, clock) = (world.settings.clone(), world.clock.clone());
        let thread = std::thread::spawn(move || {
            let clock = Arc::new(Turns { clock, asks, answers: Mutex::new(answered) });
            Runtime::new().unwrap().block_on(async {
                let engine = Engine::open(settings, clock).await.unwrap();
                work(engine.clone()).await;
                engine.close().await;
            });
        });
        Self { asks: asked, answers, thread }
    }

    /// Waits until it looks at the clock, and leaves it there.
    pub fn wait(&self) {
        self.asks.recv().unwrap();
    }

    /// Lets it go on to where it looks at the clock once more.
    pub fn go_on(&self) {
        self.answers.send(()).unwrap();
        self.wait();
    }

    /// Lets it do the rest.
    pub fn end(self) {
        drop((self.asks, self.answers));
        self.thread.join().unwrap();
    }
}

//! The meter of work: Tera itself has none. Our reader counts what a template can do, the template pays before it
//! does it, and when the amount is spent the rendering ends with an error.

use std::cell::Cell;

/// Work for one template: about a quarter of a second at worst, some dozen times what a long email takes.
const WORK_MAX: u64 = 1_000_000;

/// Steps of a part of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Steps that take a fixed time.
    pub(crate) light: u64,
    /// Steps that look at every byte of a value.
    pub(crate) heavy: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Meter {
    left: u64,
    /// Price of a heavy step.
    price: u64,
    longest: usize,
}

thread_local! {
    // A rendering runs on one thread from start to end; filters have no other way to share a number.
    static METER: Cell<Meter> = const { Cell::new(Meter { left: 0, price: 1, longest: 0 }) };
}

/// There was too much to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spent;

/// How the fault says it; also how it is found again in an error of Tera.
pub(crate) const SPENT: &str = "The content does too much work: shorter lists or fewer loops are needed.";

/// How the fault says that a value grew too long.
pub(crate) const GROWN: &str = "A value that the content makes grows too long.";

/// Starts the meter for a template. `bytes` is the size of all data and literals that it can touch.
pub(crate) fn begin(work: Work, bytes: usize) -> Result<(), Spent> {
    let longest = bytes + 4096;
    METER.set(Meter { left: WORK_MAX, price: 1 + longest as u64 / 32, longest });
    spend(work, 1)
}

/// Pays for doing `work` so many times.
pub(crate) fn spend(work: Work, times: usize) -> Result<(), Spent> {
    let mut meter = METER.get();
    let once = work.light.saturating_add(work.heavy.saturating_mul(meter.price));
    let all = once.saturating_mul(times as u64).saturating_add(1);
    let left = meter.left.checked_sub(all);
    meter.left = left.unwrap_or(0);
    METER.set(meter);
    left.map(|_| ()).ok_or(Spent)
}

/// Pays for keeping or making a value of so many bytes. None when it is longer than a value may become.
pub(crate) fn grow(bytes: usize) -> Option<Result<(), Spent>> {
    let meter = METER.get();
    (bytes <= meter.longest).then(|| spend(Work { light: 1 + bytes as u64 / 32, heavy: 0 }, 1))
}

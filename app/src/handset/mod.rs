//! Mobile messages and notifications as the screen of a phone shows them. Nothing that they name is loaded: addresses of
//! pictures are shown as words.

mod bubble;
mod notification;
mod payload;
mod rich;

pub use bubble::{Bubble, MessagesCost};
pub use notification::Notification;
pub use payload::PayloadSize;

//! An account at a provider, in the form and on the page of a configuration.

mod callback;
mod calls;
mod custom;
mod field;
mod fields;
mod help;
mod web_push;

pub use callback::CallbackCard;
pub use calls::{GenerateWebPushKeys, WebPushKeys, find_callback_url};
pub use fields::AccountFields;

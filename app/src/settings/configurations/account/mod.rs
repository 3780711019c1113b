//! An account at a provider, in the form and on the page of a configuration.

mod authentication;
mod callback;
mod calls;
mod custom;
mod field;
mod fields;
mod help;
mod refused;
mod web_push;

pub use callback::CallbackCard;
pub use calls::{GenerateWebPushKeys, WebPushKeys, find_callback_url, find_refused_callbacks};
pub use fields::AccountFields;
pub(crate) use help::field_label;

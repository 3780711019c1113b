//! Registered devices: where notifications of people go.

mod calls;
mod list;
mod page;

pub use calls::{PutBackDevice, RemoveDevice, list_devices};
pub use page::DevicesPage;

//! Pieces that more than one feature uses. They take plain values and signals and know nothing of campaigns or messages.

mod address;
mod button;
mod confirmation;
mod copy;
mod failure;
mod field;
mod icon;
mod list;
mod loaded;
mod menu;
mod not_found;
mod page;
mod preferences;
mod state;
mod table;
mod time;
mod unescaped;
mod unsaved;

pub use address::Address;
pub use button::{Button, LinkButton};
pub use confirmation::{Confirmation, answers};
pub use copy::{Code, CopyButton};
pub use failure::{FormFailure, Notice, failure_of};
pub use field::{SelectField, TextArea, TextField, field_id};
pub use icon::{Icon, Shape};
pub use list::{EmptyState, NextPage, drop_empty, path_with};
pub use loaded::loaded;
pub use menu::Menu;
pub use not_found::NotFound;
pub use page::{Fact, Facts, PageHeader, Tabs};
pub use preferences::Preferences;
pub use state::{Signal4, StateBadge};
pub use table::Table;
pub use time::{Time, zone_of_browser};
pub use unescaped::{textarea_text, title_text};
pub use unsaved::warn_before_leaving;

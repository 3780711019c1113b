//! The send log: executions, messages, the page of one message, the capture inbox.

mod calls;
mod cancel;
mod counts;
mod duration;
mod empty;
mod execution_page;
mod executions_page;
mod feedback;
mod files;
mod filters;
mod headline;
mod inbox_page;
mod log_list;
mod mail;
mod message_page;
mod message_table;
mod messages_page;
mod pausing;
mod receiver;
mod rendered;
mod rows;
mod schedules;
mod states;
mod tabs;
mod timeline;

pub use calls::{
    CampaignChoice, CancelExecution, CancelMessage, CancelSchedule, ExecutionDetail, PauseExecution, ResumeExecution,
    find_captured, find_execution, find_message, list_campaign_choices, list_executions, list_messages, list_schedules,
};
pub(crate) use counts::{Counts, ExcludedByReason};
pub use execution_page::ExecutionPage;
pub use executions_page::ExecutionsPage;
pub(crate) use filters::{LiveMark, show_values_of_address};
pub use inbox_page::InboxPage;
pub use message_page::MessagePage;
pub(crate) use message_table::MessageTable;
pub use messages_page::MessagesPage;
pub use receiver::{Receiver, receiver_text};
pub(crate) use rows::rows;
pub(crate) use tabs::LogTabs;

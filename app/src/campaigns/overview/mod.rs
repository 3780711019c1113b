//! The overview of a campaign: what it is, what is live, how it is called; and what can be done with it.

mod clicks;
mod experiment;
mod facts;
mod interval;
mod lifecycle;
mod page;
mod pause;
mod results;
mod versions;

pub use page::OverviewPage;

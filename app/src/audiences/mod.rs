//! Audiences: people who are addressed together. Lists come in by `hermod audience import`.

mod calls;
mod page;

pub use page::AudiencesPage;

//! Against an SMSC that nobody here wrote (`smsc.mjs`), and against one that no SMSC would be (`hostile`).

mod hostile;
mod peer;
mod rate;
mod sessions;
mod submitting;
mod talking;

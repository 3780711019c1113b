//! A campaign is tested before people get it: proofs, test profiles, and what is said of a mail without sending it.

mod calls;
mod data_sets;
mod mail_checks;
mod proof_form;
mod proof_list;
mod test_profile;

pub use data_sets::DataSets;
pub use mail_checks::MailChecks;
pub use proof_form::Proofs;
pub use test_profile::TestProfile;

use calls::{FindTestProfile, SendProofs, list_proofs};

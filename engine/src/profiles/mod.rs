//! People of whom something is stored: found by identities, written one by one and in bulk, read when a message is made.
//!
//! | file | does |
//! |---|---|
//! | `known` | what messages ask: who is this, and what is known of them |
//! | `kept` | what is kept of a person beside the profile |
//! | `export` | the same with all messages, as one document |
//! | `upsert` | what is said of people becomes profiles; those of one person become one |
//! | `told` | what is said of their wish for marketing together with it |
//! | `edit` | one profile, as a person or a caller changes it |
//! | `list` | pages of profiles |
//! | `schema` | what is known of attributes |
//! | `imports`, `rows` | many profiles from one file or call |

mod edit;
mod export;
mod imports;
mod kept;
mod known;
mod list;
mod rows;
mod schema;
mod told;
mod upsert;

pub use imports::{ImportError, ImportSource, rows_from};
pub use kept::{Kept, Membership};
pub use known::ProfileFacts;
pub(crate) use known::{NewPerson, ProfileCache, insert_people, named, whom};
pub use list::ProfileQuery;

//! What a campaign says, looked at before people get it: previews, which send nothing, and proofs, which go to testers over
//! the configuration of the campaign.
//!
//! Both show the draft while it differs from what is live, and otherwise what is live. A proof is a message in a lane of its
//! own, made and recorded by delivery like any other; the allow list and suppression hold. Reports, caps and the pause after
//! failures leave it out, and nothing in it counts or acts for a person.
//!
//! | file | does |
//! |---|---|
//! | [`edition`] | which content it is |
//! | [`job`] | how far the proofs of a call are |
//! | [`preview`] | what people would read |
//! | [`send`] | a call becomes messages |

mod edition;
mod job;
mod preview;
mod send;

pub use send::ProofSender;
pub(crate) use send::subject_prefix;

use crate::channel_configurations::TestPace;

/// Most jobs of one person, or of one API client, in a minute.
const JOBS_PER_MINUTE: usize = 10;

/// How many jobs somebody has asked for lately.
pub(crate) struct ProofPace(TestPace);

impl Default for ProofPace {
    fn default() -> Self {
        Self(TestPace::of(JOBS_PER_MINUTE))
    }
}

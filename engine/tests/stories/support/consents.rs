//! What people say of marketing in tests.

use domain::channel_configuration::Channel;
use domain::consent::{Choice, ConsentSource};
use engine::consent::NewConsent;

use super::{World, dev};

/// Of marketing mails to this address, told by a web shop now.
pub fn said(address: &str, choice: Choice) -> NewConsent {
    NewConsent {
        channel: Channel::Email,
        address: address.into(),
        profile_id: None,
        topic_id: None,
        choice,
        source: ConsentSource::Api,
        at: None,
        proof: String::new(),
        entered_by: "Web shop".into(),
    }
}

/// Enters it; how many choices are new?
pub async fn set(world: &World, new: NewConsent) -> usize {
    world.set_consents(&dev(), vec![new]).await.unwrap()
}

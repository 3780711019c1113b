//! Who is next: the members of a list after the cursor of a run, or the people of whom a rule holds.

use domain::channel_configuration::Channel;
use domain::id::ProfileId;
use domain::profile::Identity;
use domain::{SandboxName, Timestamp};

use crate::store::audiences::{self, StoredMember};
use crate::store::people::{Between, Person};
use crate::store::runs::{People, Place, StoredRun};
use crate::{Engine, Result};

/// Members of one step: few enough that nobody waits long for the writer.
const STEP: i64 = 500;
/// Profiles that a rule is asked about in one step. Of each that it holds of becomes a message.
const LOOK: i64 = 1_000;

/// A member, and where the run is once it is a message.
pub(super) struct Next {
    pub(super) member: StoredMember,
    /// By what else the person is known; empty on channels that ask for the member's identity alone.
    pub(super) others: Vec<Identity>,
    pub(super) place: Place,
}

/// The members of one step.
pub(super) struct Members {
    pub(super) next: Vec<Next>,
    /// Where the run is after all of them.
    pub(super) end: Place,
    /// There may be more.
    pub(super) further: bool,
}

impl Engine {
    /// The members after a place, in their order.
    pub(super) async fn next_members(&self, run: &StoredRun, from: &Place, channel: Channel) -> Result<Members> {
        match &run.people {
            People::List(import) => {
                let members = audiences::members_after(self.store(), import, from.position, STEP).await?;
                let further = i64::try_from(members.len()).unwrap_or(0) == STEP;
                let at = |member: &StoredMember| Place { position: member.position, profile: String::new() };
                let end = members.last().map_or_else(|| from.clone(), at);
                let next =
                    members.into_iter().map(|member| Next { place: at(&member), member, others: Vec::new() }).collect();
                Ok(Members { next, end, further })
            }
            People::Rule(rule) => {
                let before = stored_until(run.created_at);
                let between = Between { sandbox: &run.sandbox, after: &from.profile, before: before.as_str() };
                // Ages are told at the time of the call: a long run asks everybody the same.
                let people = self.look_at(rule, between, LOOK, run.created_at).await?;
                let further = i64::try_from(people.len()).unwrap_or(0) == LOOK;
                let mut end = from.clone();
                let mut next = Vec::with_capacity(people.len());
                for (mut person, matches) in people {
                    end.position += 1;
                    if matches {
                        let place = Place { position: end.position, profile: person.id.to_string() };
                        let member = member_of(&person, channel, end.position);
                        let by_device = channel == Channel::Push;
                        let others = if by_device { std::mem::take(&mut person.identities) } else { Vec::new() };
                        next.push(Next { member, others, place });
                    }
                    end.profile.clear();
                    end.profile.push_str(person.id.as_str());
                }
                Ok(Members { next, end, further })
            }
        }
    }

    /// The first members of an audience by a rule, for whoever tries it out.
    pub(super) async fn first_people(
        &self,
        sandbox: &SandboxName,
        rule: &domain::audience_rule::Rule,
        channel: Channel,
        count: usize,
    ) -> Result<Vec<StoredMember>> {
        let now = self.now();
        let found = self.members_by_rule(sandbox, rule, "", count, now).await?;
        let people = found.people.iter().zip(1..);
        Ok(people.map(|(person, position)| member_of(person, channel, position)).collect())
    }
}

/// Ids of profiles that were stored until this time are lower.
fn stored_until(time: Timestamp) -> ProfileId {
    ProfileId::new(u64::try_from(time.as_millis() + 1).unwrap_or(0), [0; 10])
}

/// Somebody as a member: by the identity that the channel writes to, otherwise by the first. What is known beside that is
/// read from the profile when the message is made.
fn member_of(person: &Person, channel: Channel, position: i64) -> StoredMember {
    let of_channel = person.identities.iter().find(|identity| identity.is_of(channel.namespace()));
    let known = of_channel.or(person.identities.first());
    let user_id = known.map(|identity| identity.user_id.clone()).unwrap_or_default();
    StoredMember {
        position,
        user_id,
        namespace: known.map(|identity| identity.namespace.clone()).unwrap_or_default(),
        address: String::new(),
        phone: String::new(),
        profile: String::new(),
    }
}

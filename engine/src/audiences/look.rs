//! People by a rule: looked at in the order of their profiles, page by page, with few questions for each page.

use std::time::{Duration, Instant};

use domain::audience::{AudienceMember, Estimate};
use domain::audience_rule::{PersonFacts, Rule};
use domain::id::AudienceId;
use domain::{Fault, SandboxName, Timestamp};

use crate::store::people::{self, Between, Person};
use crate::{Engine, Result};

/// After every id of a profile.
const AFTER_ALL: &str = "pro_zzzzzzzzzzzzzzzzzzzzzzzzzzz";
/// Profiles that are asked for at once by whoever looks for some members.
const PAGE: i64 = 500;
/// Most profiles that an estimate looks at.
const ESTIMATED: i64 = 2_000;
/// From so many places, evenly spread, an estimate takes its profiles.
const PLACES: i64 = 20;
/// An estimate looks at no more people after this time.
const ESTIMATE_TIME: Duration = Duration::from_millis(200);
/// Members that an estimate shows.
const SAMPLE: usize = 10;
/// Most profiles that are looked at for one page of members: a rule that holds of few would ask everybody.
const LOOKED_AT: i64 = 20_000;

/// Members that were found, and where to go on.
pub(crate) struct Found {
    pub(crate) people: Vec<Person>,
    /// The last profile that was looked at; `None`: all were.
    pub(crate) next: Option<String>,
}

impl Engine {
    /// The next people, up to `limit` of them, and whether the rule holds of each at this time.
    pub(crate) async fn look_at(
        &self,
        rule: &Rule,
        between: Between<'_>,
        limit: i64,
        at: Timestamp,
    ) -> Result<Vec<(Person, bool)>> {
        let needs = rule.needs();
        let store = self.store();
        let people = people::page(store, between, &needs.attributes, limit).await?;
        let mut lists = Vec::with_capacity(needs.lists.len());
        for id in &needs.lists {
            let audience = id.parse::<AudienceId>().ok();
            let listed = match &audience {
                Some(audience) => people::listed(store, between.sandbox, audience, &people).await?,
                None => vec![false; people.len()],
            };
            lists.push((*id, listed));
        }
        let mut consents = Vec::with_capacity(needs.consents.len());
        for channel in &needs.consents {
            consents.push((*channel, people::consents(store, between.sandbox, *channel, &people).await?));
        }
        let mut past = Vec::with_capacity(needs.past.len());
        for asked in &needs.past {
            let days = u64::try_from(asked.within_days).unwrap_or(0);
            let since = at.minus(Duration::from_secs(days.saturating_mul(24 * 60 * 60)));
            past.push((*asked, people::past(store, between.sandbox, asked, &people, since).await?));
        }
        let matches: Vec<bool> = people
            .iter()
            .enumerate()
            .map(|(position, person)| {
                let facts = PersonFacts {
                    attributes: Some(&person.attributes),
                    identities: &person.identities,
                    language: &person.language,
                    time_zone: &person.time_zone,
                    is_test: person.is_test,
                    consents: consents.iter().map(|(channel, said)| (*channel, said[position])).collect(),
                    lists: lists.iter().filter(|(_, listed)| listed[position]).map(|(id, _)| *id).collect(),
                    past: past.iter().map(|(asked, counts)| (*asked, counts[position])).collect(),
                };
                rule.matches(&facts, at)
            })
            .collect();
        Ok(people.into_iter().zip(matches).collect())
    }

    /// Up to `count` members after this profile. Looks at 20,000 profiles at most.
    pub(crate) async fn members_by_rule(
        &self,
        sandbox: &SandboxName,
        rule: &Rule,
        after: &str,
        count: usize,
        at: Timestamp,
    ) -> Result<Found> {
        let (mut after, mut looked_at) = (after.to_owned(), 0);
        let mut found = Vec::new();
        loop {
            let between = Between { sandbox, after: &after, before: AFTER_ALL };
            let people = self.look_at(rule, between, PAGE, at).await?;
            let page = i64::try_from(people.len()).unwrap_or(PAGE);
            looked_at += page;
            for (person, matches) in people {
                after = person.id.to_string();
                if matches {
                    found.push(person);
                    if found.len() == count {
                        return Ok(Found { people: found, next: Some(after) });
                    }
                }
            }
            if page < PAGE {
                return Ok(Found { people: found, next: None });
            }
            if looked_at >= LOOKED_AT {
                return Ok(Found { people: found, next: Some(after) });
            }
        }
    }

    /// How many people a rule holds of: told from 2,000 profiles that are spread evenly over all, or from as many as can be
    /// looked at within 200 ms; and who some of them are, masked. Invalid at paths such as `of[2].value`.
    pub async fn estimate_rule(&self, sandbox: &SandboxName, rule: &Rule) -> Result<Estimate> {
        self.check_rule(sandbox, rule, "").await?.into_result()?;
        let clock = Instant::now();
        let profiles = people::count(self.store(), sandbox).await?;
        let places = if profiles <= ESTIMATED { 1 } else { PLACES };
        let each = if places == 1 { ESTIMATED } else { ESTIMATED / PLACES };
        let now = self.now();
        let mut after = String::new();
        let (mut looked_at, mut matched, mut sample) = (0, 0, Vec::new());
        for place in 0..places {
            let between = Between { sandbox, after: &after, before: AFTER_ALL };
            let people = self.look_at(rule, between, each, now).await?;
            looked_at += i64::try_from(people.len()).unwrap_or(0);
            let members: Vec<Person> =
                people.into_iter().filter(|(_, holds)| *holds).map(|(person, _)| person).collect();
            matched += i64::try_from(members.len()).unwrap_or(0);
            let room = (SAMPLE / usize::try_from(places).unwrap_or(1)).max(1).min(SAMPLE - sample.len());
            sample.extend(members.iter().take(room).map(|person| shown(person).masked()));
            if clock.elapsed() > ESTIMATE_TIME || place + 1 == places {
                break;
            }
            match people::skip(self.store(), sandbox, &after, profiles / places - 1).await? {
                Some(next) => after = next,
                None => break,
            }
        }
        let members = if looked_at == 0 {
            0
        } else {
            let members = i128::from(matched) * i128::from(profiles) / i128::from(looked_at);
            i64::try_from(members).unwrap_or(i64::MAX)
        };
        Ok(Estimate { profiles, looked_at, matched, members, sample })
    }
}

/// Somebody as a list of members shows them.
pub(crate) fn shown(person: &Person) -> AudienceMember {
    let of = |namespace: &str| {
        let found = person.identities.iter().find(|identity| identity.is_of(namespace));
        found.map(|identity| identity.user_id.clone()).unwrap_or_default()
    };
    let first = person.identities.first();
    AudienceMember {
        namespace: first.map(|identity| identity.namespace.clone()).unwrap_or_default(),
        user_id: first.map(|identity| identity.user_id.clone()).unwrap_or_default(),
        profile_id: Some(person.id.clone()),
        email: of("email"),
        phone: of("phone"),
    }
}

/// Of what a rule names and is not there.
pub(crate) fn unknown(path: &str, name: &str, what: &str) -> Fault {
    let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    Fault::new(path, &format!("unknown_{what}"), format!("There is no such {what}."))
}

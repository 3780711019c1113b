//! Pages of profiles.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::ProfileId;
use domain::profile::Profile;
use domain::{Fault, Page, SandboxName};

use crate::store::profiles::{self, StoredProfile};
use crate::{Engine, Result};

/// Most profiles of a page.
const PAGE_MAX: usize = 200;

/// Which profiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileQuery {
    /// How a user id begins, in whatever namespace and in any case. Empty: everybody.
    pub start: String,
    pub only_tests: bool,
}

impl Engine {
    /// Newest first, or in the order of user ids when there is a `start`; up to `limit`, at most 200. Somebody whom two user
    /// ids find stands there twice. `cursor` is the page's `next`. Invalid at `cursor` when it is none.
    pub async fn list_profiles(
        &self,
        sandbox: &SandboxName,
        wanted: &ProfileQuery,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Profile>> {
        let limit = limit.clamp(1, PAGE_MAX);
        let more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let cursor = cursor.filter(|cursor| !cursor.is_empty());
        let wrong = || Fault::new("cursor", "bad_id", "This is not the start of a page.");
        let start = wanted.start.trim();
        let page = if start.is_empty() {
            let after = cursor.map(str::parse::<ProfileId>).transpose().map_err(|_| wrong())?;
            let rows = profiles::list(self.store(), sandbox, wanted.only_tests, after.as_ref(), more).await?;
            Page::from_rows(rows, limit, |profile: &StoredProfile| profile.id.to_string())
        } else {
            let after = cursor.map(|cursor| URL_SAFE_NO_PAD.decode(cursor)).transpose().map_err(|_| wrong())?;
            let begin = (start, wanted.only_tests);
            let rows = profiles::list_by_user(self.store(), sandbox, begin, after.as_deref(), more).await?;
            Page::from_rows(rows, limit, |(key, _)| URL_SAFE_NO_PAD.encode(key)).map(|(_, profile)| profile)
        };
        let ids: Vec<ProfileId> = page.rows.iter().map(|profile| profile.id.clone()).collect();
        let identities = profiles::identities_of(self.store(), sandbox, &ids).await?;
        Ok(page.map(|profile| {
            let of_it = identities.get(&profile.id).cloned().unwrap_or_default();
            profile.with(of_it)
        }))
    }
}

//! Who belongs to an audience, page by page.

use domain::audience::{AudienceKind, AudienceMember};
use domain::id::ProfileId;
use domain::{Fault, Page, SandboxName};

use super::look::shown;
use crate::store::audiences;
use crate::{Engine, Result};

/// Most members of a page.
const PAGE_MAX: usize = 200;

impl Engine {
    /// Members in the order of the list; by a rule, in the order of profiles, as it holds now. `cursor` is the page's `next`. A
    /// page by a rule may have fewer members than `limit`, even none, and a next page: it looks at 20,000 profiles at most.
    /// `NotFound` `audience`, Invalid at `cursor`.
    pub async fn audience_members(
        &self,
        sandbox: &SandboxName,
        id: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<AudienceMember>> {
        let found = self.find_audience(sandbox, id).await?;
        let limit = limit.clamp(1, PAGE_MAX);
        let cursor = cursor.filter(|cursor| !cursor.is_empty());
        let wrong = || Fault::new("cursor", "bad_id", "This is not the start of a page.");
        if let (AudienceKind::Rule, Some(rule)) = (found.audience.kind, &found.audience.rule) {
            let after = cursor.map(str::parse::<ProfileId>).transpose().map_err(|_| wrong())?;
            let after = after.as_ref().map_or("", ProfileId::as_str);
            let found = self.members_by_rule(sandbox, rule, after, limit, self.now()).await?;
            return Ok(Page { rows: found.people.iter().map(shown).collect(), next: found.next });
        }
        let after = cursor.map(str::parse::<i64>).transpose().map_err(|_| wrong())?.unwrap_or(0);
        let Some(import) = &found.import_id else { return Ok(Page { rows: Vec::new(), next: None }) };
        let more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let rows = audiences::members_after(self.store(), import, after, more).await?;
        let page = Page::from_rows(rows, limit, |member| member.position.to_string());
        Ok(page.map(|member| AudienceMember {
            namespace: member.namespace,
            user_id: member.user_id,
            profile_id: None,
            email: member.address,
            phone: member.phone,
        }))
    }
}

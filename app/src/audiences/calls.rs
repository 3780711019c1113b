//! Server functions of audiences.

use domain::Page;
use domain::audience::{Audience, AudienceMember, Estimate};
use domain::profile_schema::Attribute;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// An audience and everything its page shows around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenedAudience {
    pub audience: Audience,
    /// What its rule may name.
    pub names: Names,
    pub members: Page<AudienceMember>,
    /// Of a rule.
    pub estimate: Option<Estimate>,
    /// Id and name of campaigns that go to it.
    pub campaigns: Vec<(String, String)>,
    /// Names of audiences whose rules ask for its people.
    pub audiences: Vec<String>,
}

/// What a rule may name, as value and name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Audiences that are lists.
    pub lists: Vec<(String, String)>,
    /// The newest campaigns: a page of their list.
    pub campaigns: Vec<(String, String)>,
}

/// An audience whose rule is to be written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenedRule {
    pub audience: Audience,
    pub names: Names,
    /// What is known of the attributes of profiles.
    pub schema: Vec<Attribute>,
}

/// Every audience of the sandbox, by name.
#[server]
pub async fn list_audiences(sandbox: String) -> Answer<Vec<Audience>> {
    answer(server::list(sandbox).await)
}

/// An audience with a page of its members. Addresses are masked for who may not change campaigns.
#[server]
pub async fn open_audience(
    sandbox: String,
    audience: String,
    #[server(default)] cursor: String,
) -> Answer<OpenedAudience> {
    answer(server::open(sandbox, audience, cursor).await)
}

/// An audience for the editor of its rule.
#[server]
pub async fn open_rule(sandbox: String, audience: String) -> Answer<OpenedRule> {
    answer(server::open_rule(sandbox, audience).await)
}

/// Creates a list of nobody yet, or a rule that holds of nobody yet; leads to where it gets people.
#[server]
pub async fn create_audience(sandbox: String, name: String, kind: String) -> Answer<()> {
    answer(server::create(sandbox, name, kind).await)
}

/// Stores name and rule. `rule`: JSON; empty for a list. Leads to the audience.
#[server]
pub async fn save_audience(
    sandbox: String,
    audience: String,
    revision: i64,
    #[server(default)] name: String,
    #[server(default)] rule: String,
) -> Answer<()> {
    answer(server::save(sandbox, audience, revision, name, rule).await)
}

/// Deletes an audience that nothing needs. Leads to the list.
#[server]
pub async fn delete_audience(sandbox: String, audience: String) -> Answer<()> {
    answer(server::delete(sandbox, audience).await)
}

/// How many people a rule holds of, and some of them, masked. `rule`: JSON.
#[server]
pub async fn estimate_rule(sandbox: String, #[server(default)] rule: String) -> Answer<Estimate> {
    answer(server::estimate(sandbox, rule).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::audience::{Audience, AudienceChange, AudienceKind, AudienceMember, Estimate};
    use domain::audience_rule::Rule;
    use domain::{Failure, SandboxName};
    use engine::Result;
    use engine::campaigns::CampaignFilter;
    use leptos_axum::redirect;

    use super::{Names, OpenedAudience, OpenedRule};
    use crate::audiences::audience_path;
    use crate::session::{Caller, caller};

    const PAGE: usize = 50;

    pub async fn list(sandbox: String) -> Result<Vec<Audience>> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_audiences(&sandbox).await
    }

    pub async fn open(sandbox: String, audience: String, cursor: String) -> Result<OpenedAudience> {
        let caller = caller(Permission::ViewCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let found = caller.engine.audience(&sandbox, &audience).await?;
        let members = caller.engine.audience_members(&sandbox, &audience, Some(&cursor), PAGE).await?;
        let whole = caller.user.role.allows(Permission::ManageCampaigns);
        let members = members.map(|member| if whole { member } else { AudienceMember::masked(member) });
        let estimate = match &found.rule {
            // A list that a rule asks for may have been deleted: then there is nothing to tell.
            Some(rule) => caller.engine.estimate_rule(&sandbox, rule).await.ok(),
            None => None,
        };
        let uses = caller.engine.uses_of_audience(&sandbox, &found.id).await?;
        let names = names(&caller, &sandbox).await?;
        let campaigns = uses.campaigns.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        Ok(OpenedAudience { audience: found, names, members, estimate, campaigns, audiences: uses.audiences })
    }

    pub async fn open_rule(sandbox: String, audience: String) -> Result<OpenedRule> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let audience = caller.engine.audience(&sandbox, &audience).await?;
        if audience.kind != AudienceKind::Rule {
            return Err(Failure::not_found("audience").into());
        }
        let schema = caller.engine.profile_schema(&sandbox).await?;
        Ok(OpenedRule { audience, names: names(&caller, &sandbox).await?, schema })
    }

    async fn names(caller: &Caller, sandbox: &SandboxName) -> Result<Names> {
        let lists = caller.engine.list_audiences(sandbox).await?;
        let lists = lists.into_iter().filter(|audience| audience.kind == AudienceKind::List);
        let campaigns = caller.engine.list_campaigns(sandbox, &CampaignFilter::default(), None).await?;
        Ok(Names {
            lists: lists.map(|audience| (audience.id.to_string(), audience.name)).collect(),
            campaigns: campaigns.rows.into_iter().map(|campaign| (campaign.id.to_string(), campaign.name)).collect(),
        })
    }

    pub async fn create(sandbox: String, name: String, kind: String) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let kind: AudienceKind = kind.parse().map_err(|fault: domain::Fault| Failure::from(fault.under("kind")))?;
        let rule = (kind == AudienceKind::Rule).then(Rule::nobody);
        let by = caller.name().to_owned();
        let created =
            caller.engine.create_audience(&sandbox, AudienceChange { name, rule, revision: None }, &by).await?;
        let path = audience_path(sandbox.as_str(), created.id.as_str());
        redirect(&if kind == AudienceKind::Rule { format!("{path}/rule") } else { path });
        Ok(())
    }

    pub async fn save(sandbox: String, audience: String, revision: i64, name: String, rule: String) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let rule = if rule.is_empty() { None } else { Some(read(&rule)?) };
        let change = AudienceChange { name, rule, revision: Some(revision) };
        let saved = caller.engine.save_audience(&sandbox, &audience, change, caller.name()).await?;
        redirect(&audience_path(sandbox.as_str(), saved.id.as_str()));
        Ok(())
    }

    pub async fn delete(sandbox: String, audience: String) -> Result<()> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.delete_audience(&sandbox, &audience).await?;
        redirect(&format!("/{sandbox}/people/audiences"));
        Ok(())
    }

    pub async fn estimate(sandbox: String, rule: String) -> Result<Estimate> {
        let caller = caller(Permission::ManageCampaigns).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.estimate_rule(&sandbox, &read(&rule)?).await
    }

    fn read(rule: &str) -> Result<Rule> {
        let read = serde_json::from_str(rule);
        Ok(read.map_err(|error| Failure::invalid("rule", "bad_json", format!("This is no rule: {error}.")))?)
    }
}

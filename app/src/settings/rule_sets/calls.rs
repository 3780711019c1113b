//! Server functions of rule sets.

use domain::id::RuleId;
use domain::rule_set::{QuietDay, Rule, RuleForm, RuleSet, RuleStatus};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Answer;
#[cfg(feature = "ssr")]
use crate::failure::answer;

/// A set with what its page shows beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedRuleSet {
    pub set: RuleSet,
    /// Of each rule with quiet hours: when it will be quiet.
    pub next_days: Vec<(RuleId, Vec<QuietDay>)>,
}

impl OpenedRuleSet {
    /// Of this rule; empty for a cap.
    pub fn next_days_of(&self, rule: &RuleId) -> Vec<QuietDay> {
        self.next_days.iter().find(|(id, _)| id == rule).map(|(_, days)| days.clone()).unwrap_or_default()
    }
}

/// All sets of a sandbox, the global one first.
#[server]
pub async fn list_rule_sets(sandbox: String) -> Answer<Vec<RuleSet>> {
    answer(server::list(sandbox).await)
}

/// A set for its page.
#[server]
pub async fn open_rule_set(sandbox: String, set: String) -> Answer<OpenedRuleSet> {
    answer(server::open(sandbox, set).await)
}

/// A new custom set, as a draft; goes to its page.
#[server]
pub async fn create_rule_set(sandbox: String, name: String, #[server(default)] description: String) -> Answer<()> {
    answer(server::create(sandbox, name, description).await)
}

/// Another name and description; goes to the page of the set.
#[server]
pub async fn describe_rule_set(
    sandbox: String,
    set: String,
    revision: i64,
    name: String,
    #[server(default)] description: String,
) -> Answer<()> {
    answer(server::describe(sandbox, set, revision, name, description).await)
}

/// Into force, or out of it. Gives back the set as it is now.
#[server]
pub async fn set_rule_set_status(sandbox: String, set: String, status: RuleStatus) -> Answer<RuleSet> {
    answer(server::set_status(sandbox, set, status).await)
}

/// Deletes a set that never was in force; goes to the list.
#[server]
pub async fn delete_rule_set(sandbox: String, set: String) -> Answer<()> {
    answer(server::delete(sandbox, set).await)
}

/// Adds a rule, or changes the one with this id; goes to the page of the set.
#[server]
pub async fn put_rule(
    sandbox: String,
    set: String,
    revision: i64,
    #[server(default)] rule: String,
    #[server(default)] form: RuleForm,
) -> Answer<()> {
    answer(server::put_rule(sandbox, set, revision, rule, form).await)
}

/// Into force, or out of it. Gives back the rule as it is now.
#[server]
pub async fn set_rule_status(sandbox: String, set: String, rule: String, status: RuleStatus) -> Answer<Rule> {
    answer(server::set_rule_status(sandbox, set, rule, status).await)
}

/// Removes a rule that is not in force. Gives it back, so that it can be put back.
#[server]
pub async fn remove_rule(sandbox: String, set: String, rule: String) -> Answer<Rule> {
    answer(server::remove_rule(sandbox, set, rule).await)
}

/// Undoes that. `removed`: what was given back, as JSON.
#[server]
pub async fn put_back_rule(sandbox: String, set: String, removed: String) -> Answer<()> {
    answer(server::put_back(sandbox, set, removed).await)
}

#[cfg(feature = "ssr")]
mod server {
    use domain::access::Permission;
    use domain::id::{RuleId, RuleSetId};
    use domain::rule_set::{Rule, RuleForm, RuleKind, RuleSet, RuleStatus};
    use domain::{Failure, SandboxName};
    use engine::Result;
    use engine::rule_sets::RuleChange;
    use leptos_axum::redirect;

    use super::super::super::settings_path;
    use super::super::set_path;
    use super::OpenedRuleSet;
    use crate::session::{Caller, caller};

    pub async fn list(sandbox: String) -> Result<Vec<RuleSet>> {
        let caller = caller(Permission::ViewConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        caller.engine.list_rule_sets(&sandbox).await
    }

    pub async fn open(sandbox: String, set: String) -> Result<OpenedRuleSet> {
        let (caller, sandbox, id) = asked(Permission::ViewConfigurations, &sandbox, &set).await?;
        let set = caller.engine.find_rule_set(&sandbox, &id).await?;
        let quiet = set.rules.iter().filter_map(|rule| match &rule.what {
            RuleKind::QuietHours(quiet) => Some((rule.id.clone(), caller.engine.next_quiet_days(quiet))),
            RuleKind::Cap(_) => None,
        });
        Ok(OpenedRuleSet { next_days: quiet.collect(), set })
    }

    pub async fn create(sandbox: String, name: String, description: String) -> Result<()> {
        let caller = caller(Permission::ManageConfigurations).await?;
        let sandbox = caller.sandbox(&sandbox).await?;
        let created = caller.engine.create_rule_set(&sandbox, &name, &description, caller.name()).await?;
        redirect(&set_path(sandbox.as_str(), created.id.as_str()));
        Ok(())
    }

    pub async fn describe(
        sandbox: String,
        set: String,
        revision: i64,
        name: String,
        description: String,
    ) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &set).await?;
        let which = (&id, revision);
        let set = caller.engine.describe_rule_set(&sandbox, which, &name, &description, caller.name()).await?;
        lead_to(&sandbox, &set, "");
        Ok(())
    }

    pub async fn set_status(sandbox: String, set: String, status: RuleStatus) -> Result<RuleSet> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &set).await?;
        caller.engine.set_rule_set_status(&sandbox, &id, status, caller.name()).await
    }

    pub async fn delete(sandbox: String, set: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &set).await?;
        caller.engine.delete_rule_set(&sandbox, &id).await?;
        redirect(&settings_path(sandbox.as_str(), "rule-sets"));
        Ok(())
    }

    pub async fn put_rule(sandbox: String, set: String, revision: i64, rule: String, form: RuleForm) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &set).await?;
        let rule = if rule.is_empty() { None } else { Some(rule_id(&rule)?) };
        let what = form.read().map_err(|faults| Failure::Invalid { faults })?;
        let change = RuleChange { name: form.name, what };
        let which = (&id, revision);
        let (set, rule) = caller.engine.put_rule(&sandbox, which, rule.as_ref(), change, caller.name()).await?;
        let is_draft = set.rule(&rule)?.status == RuleStatus::Draft;
        lead_to(&sandbox, &set, if is_draft { "&draft=true" } else { "" });
        Ok(())
    }

    pub async fn set_rule_status(sandbox: String, set: String, rule: String, status: RuleStatus) -> Result<Rule> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &set).await?;
        let rule = rule_id(&rule)?;
        let set = caller.engine.set_rule_status(&sandbox, (&id, &rule), status, caller.name()).await?;
        Ok(set.rule(&rule)?.clone())
    }

    pub async fn remove_rule(sandbox: String, set: String, rule: String) -> Result<Rule> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &set).await?;
        caller.engine.remove_rule(&sandbox, (&id, &rule_id(&rule)?), caller.name()).await
    }

    pub async fn put_back(sandbox: String, set: String, removed: String) -> Result<()> {
        let (caller, sandbox, id) = asked(Permission::ManageConfigurations, &sandbox, &set).await?;
        let rule = serde_json::from_str(&removed).map_err(|_| Failure::not_found("rule"))?;
        caller.engine.put_back_rule(&sandbox, &id, rule, caller.name()).await?;
        Ok(())
    }

    async fn asked(permission: Permission, sandbox: &str, set: &str) -> Result<(Caller, SandboxName, RuleSetId)> {
        let caller = caller(permission).await?;
        let sandbox = caller.sandbox(sandbox).await?;
        let id = set.parse().map_err(|_| Failure::not_found("rule set"))?;
        Ok((caller, sandbox, id))
    }

    fn rule_id(text: &str) -> Result<RuleId> {
        Ok(text.parse().map_err(|_| Failure::not_found("rule"))?)
    }

    /// The revision in the address makes the page load anew. `more`: what else the page says of it.
    fn lead_to(sandbox: &SandboxName, set: &RuleSet, more: &str) {
        redirect(&format!("{}?saved={}{more}", set_path(sandbox.as_str(), set.id.as_str()), set.revision));
    }
}

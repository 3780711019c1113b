//! People change rule sets. What they change holds at once in this process, within a second in others.

use domain::id::{RuleId, RuleSetId};
use domain::rule_set::{ACTIVE_SETS_MAX, QuietDay, QuietHours, Rule, RuleKind, RuleSet, RuleStatus};
use domain::{Failure, Faults, SandboxName};
use jiff::tz::TimeZone;

use crate::ids::new_id;
use crate::store::{Alone, rule_sets};
use crate::{Engine, Result};

/// What a rule is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    pub name: String,
    pub what: RuleKind,
}

/// Who changes which set.
#[derive(Clone, Copy)]
struct Which<'a> {
    sandbox: &'a SandboxName,
    id: &'a RuleSetId,
    /// `None`: whatever it is.
    revision: Option<i64>,
    by: &'a str,
}

impl Engine {
    /// All sets of a sandbox: the global one first, the others in the order in which they were made.
    pub async fn list_rule_sets(&self, sandbox: &SandboxName) -> Result<Vec<RuleSet>> {
        rule_sets::list(self.store(), sandbox).await
    }

    /// `NotFound` `rule set`.
    pub async fn find_rule_set(&self, sandbox: &SandboxName, id: &RuleSetId) -> Result<RuleSet> {
        Ok(rule_sets::find(self.store(), sandbox, id).await?.ok_or_else(not_found)?)
    }

    /// A custom set without rules, as a draft. Invalid at `name` or `description`; `Conflict` `name_taken`.
    pub async fn create_rule_set(
        &self,
        sandbox: &SandboxName,
        name: &str,
        description: &str,
        by: &str,
    ) -> Result<RuleSet> {
        RuleSet::check_head(name, description).into_result()?;
        let sandbox = self.find_sandbox(sandbox).await?.name;
        let now = self.now();
        let set = RuleSet {
            id: new_id(now, RuleSetId::new),
            name: name.trim().to_owned(),
            description: description.trim().to_owned(),
            global: false,
            status: RuleStatus::Draft,
            rules: Vec::new(),
            revision: 1,
            modified_at: Some(now),
            modified_by: by.to_owned(),
        };
        let mut tx = self.store().begin().await?;
        rule_sets::put(&mut tx, &sandbox, &set).await?;
        tx.commit().await?;
        self.rules_changed(&sandbox);
        Ok(set)
    }

    /// Another name and description. Invalid at `name` or `description`; `Conflict` `name_taken`, `changed_meanwhile`, or
    /// `rule_set_global` for the name of the global set. `NotFound` `rule set`.
    pub async fn describe_rule_set(
        &self,
        sandbox: &SandboxName,
        (id, revision): (&RuleSetId, i64),
        name: &str,
        description: &str,
        by: &str,
    ) -> Result<RuleSet> {
        RuleSet::check_head(name, description).into_result()?;
        let which = Which { sandbox, id, revision: Some(revision), by };
        self.change_rule_set(which, |set| {
            if set.global && set.name != name.trim() {
                return Err(global("The global set keeps its name."));
            }
            name.trim().clone_into(&mut set.name);
            description.trim().clone_into(&mut set.description);
            Ok(())
        })
        .await
    }

    /// Into force, or out of it. `Conflict` `bad_transition`, `rule_set_global`, `too_many_rule_sets` for more than ten custom
    /// sets in force. `NotFound` `rule set`. Counters go on where they were.
    pub async fn set_rule_set_status(
        &self,
        sandbox: &SandboxName,
        id: &RuleSetId,
        status: RuleStatus,
        by: &str,
    ) -> Result<RuleSet> {
        self.change_rule_set(Which { sandbox, id, revision: None, by }, |set| {
            if set.global && status != RuleStatus::Active {
                return Err(global("The global set is always active. Deactivate its rules."));
            }
            set.status = set.status.to(status)?;
            Ok(())
        })
        .await
    }

    /// Adds a rule, as a draft, or changes one. Invalid at the fields of the rule; `Conflict` `changed_meanwhile`; `NotFound`
    /// `rule set` or `rule`. Returns the set and the rule.
    pub async fn put_rule(
        &self,
        sandbox: &SandboxName,
        (id, revision): (&RuleSetId, i64),
        rule: Option<&RuleId>,
        change: RuleChange,
        by: &str,
    ) -> Result<(RuleSet, RuleId)> {
        let now = self.now();
        let wanted = rule.cloned().unwrap_or_else(|| new_id(now, RuleId::new));
        let which = Which { sandbox, id, revision: Some(revision), by };
        let set = self
            .change_rule_set(which, |set| {
                if rule.is_none() {
                    let status = RuleStatus::Draft;
                    set.rules.push(Rule { id: wanted.clone(), name: String::new(), status, what: change.what.clone() });
                }
                let rule = set.rule_mut(&wanted)?;
                change.name.trim().clone_into(&mut rule.name);
                rule.what = change.what;
                let position = set.rules.iter().position(|rule| rule.id == wanted).unwrap_or_default();
                Faults(faults_of(set, position)).into_result()
            })
            .await?;
        Ok((set, wanted))
    }

    /// Into force, or out of it. `Conflict` `bad_transition`; `NotFound` `rule set` or `rule`. The counter goes on where it was.
    pub async fn set_rule_status(
        &self,
        sandbox: &SandboxName,
        (id, rule): (&RuleSetId, &RuleId),
        status: RuleStatus,
        by: &str,
    ) -> Result<RuleSet> {
        self.change_rule_set(Which { sandbox, id, revision: None, by }, |set| {
            let rule = set.rule_mut(rule)?;
            rule.status = rule.status.to(status)?;
            Ok(())
        })
        .await
    }

    /// Removes a rule that is not in force and returns it, so that it can be put back. `Conflict` `rule_active`; `NotFound`
    /// `rule set` or `rule`.
    pub async fn remove_rule(
        &self,
        sandbox: &SandboxName,
        (id, rule): (&RuleSetId, &RuleId),
        by: &str,
    ) -> Result<Rule> {
        let mut removed = None;
        self.change_rule_set(Which { sandbox, id, revision: None, by }, |set| {
            let found = set.rule(rule)?.clone();
            if found.status == RuleStatus::Active {
                return Err(Failure::conflict("rule_active", "Deactivate the rule before you remove it."));
            }
            set.rules.retain(|other| other.id != *rule);
            removed = Some(found);
            Ok(())
        })
        .await?;
        removed.ok_or_else(|| Failure::not_found("rule").into())
    }

    /// Undoes [`Engine::remove_rule`]; harmless when done twice. Nothing comes into force by it. Invalid for a rule that could
    /// not be made; `NotFound` `rule set`.
    pub async fn put_back_rule(&self, sandbox: &SandboxName, id: &RuleSetId, rule: Rule, by: &str) -> Result<RuleSet> {
        self.change_rule_set(Which { sandbox, id, revision: None, by }, |set| {
            if set.rule(&rule.id).is_err() {
                let status = if rule.status == RuleStatus::Draft { RuleStatus::Draft } else { RuleStatus::Inactive };
                set.rules.push(Rule { status, ..rule });
            }
            Ok(())
        })
        .await
    }

    /// When it will be quiet today and on the six days after, by local clocks: those of the recipient where the rule has no
    /// zone of its own.
    pub fn next_quiet_days(&self, quiet: &QuietHours) -> Vec<QuietDay> {
        let zone = quiet.zone().ok().flatten().unwrap_or(TimeZone::UTC);
        quiet.next_days(&zone, self.now(), 7)
    }

    /// Deletes a custom set that never was in force. `Conflict` `rule_set_used`; `NotFound` `rule set`.
    pub async fn delete_rule_set(&self, sandbox: &SandboxName, id: &RuleSetId) -> Result<()> {
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::RuleSets).await?;
        rule_sets::find_in(&mut tx, sandbox, id).await?.ok_or_else(not_found)?.check_removable()?;
        rule_sets::delete(&mut tx, sandbox, id).await?;
        tx.commit().await?;
        self.rules_changed(sandbox);
        Ok(())
    }

    async fn change_rule_set(
        &self,
        which: Which<'_>,
        change: impl FnOnce(&mut RuleSet) -> Result<(), Failure>,
    ) -> Result<RuleSet> {
        let Which { sandbox, id, revision, by } = which;
        let sandbox = &self.find_sandbox(sandbox).await?.name;
        let mut tx = self.store().begin().await?;
        tx.alone(Alone::RuleSets).await?;
        let mut set = rule_sets::find_in(&mut tx, sandbox, id).await?.ok_or_else(not_found)?;
        if revision.is_some_and(|revision| revision != set.revision) {
            let text =
                format!("{} changed this rule set after you opened it. Your changes are not stored.", set.modified_by);
            return Err(Failure::conflict("changed_meanwhile", text).into());
        }
        change(&mut set)?;
        set.check_rules().into_result()?;
        set.revision += 1;
        set.modified_at = Some(self.now());
        by.clone_into(&mut set.modified_by);
        rule_sets::put(&mut tx, sandbox, &set).await?;
        if rule_sets::count_active(&mut tx, sandbox).await? > ACTIVE_SETS_MAX {
            let text = format!("At most {ACTIVE_SETS_MAX} custom rule sets are active. Deactivate another one first.");
            return Err(Failure::conflict("too_many_rule_sets", text).into());
        }
        tx.commit().await?;
        self.rules_changed(sandbox);
        Ok(set)
    }

    fn rules_changed(&self, sandbox: &SandboxName) {
        self.0.rule_sets.forget(sandbox);
        self.0.news.tell(sandbox);
    }
}

/// Of one rule, with the paths of its own fields; those of the whole set stay as they are.
fn faults_of(set: &RuleSet, position: usize) -> Vec<domain::Fault> {
    let own = format!("rules[{position}].");
    let mut faults = set.check_rules().0;
    for fault in &mut faults {
        if let Some(path) = fault.path.strip_prefix(&own) {
            fault.path = path.strip_prefix("what.").unwrap_or(path).to_owned();
        }
    }
    faults
}

fn global(text: &str) -> Failure {
    Failure::conflict("rule_set_global", text)
}

fn not_found() -> Failure {
    Failure::not_found("rule set")
}

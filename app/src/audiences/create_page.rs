//! A new audience: its name, and how it is known who belongs to it.

use domain::access::Permission;
use domain::audience::AudienceKind;
use leptos::prelude::*;

use super::above;
use super::calls::CreateAudience;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, Choice, ChoiceField, FormFailure, Notice, PageHeader, TextField, failure_of};

/// The form of an audience that is not there yet.
#[component]
pub fn CreateAudiencePage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let create = ServerAction::<CreateAudience>::new();
    let failure = failure_of(create.value());
    let choices = vec![
        Choice { word: AudienceKind::Rule.as_str(), label: t.audiences.rule, meaning: t.audiences.rule_meaning },
        Choice { word: AudienceKind::List.as_str(), label: t.audiences.list, meaning: t.audiences.list_meaning },
    ];
    view! {
        <PageHeader title=t.audiences.create above=above(&sandbox.get_untracked())/>
        {if may(Permission::ManageCampaigns) {
            view! {
                <ActionForm action=create attr:class="card form">
                    <FormFailure failure/>
                    <input type="hidden" name="sandbox" value=move || sandbox.get()/>
                    <TextField path="name" label=t.audiences.name required=true failure/>
                    <ChoiceField path="kind" name="kind" legend=t.audiences.kind value=AudienceKind::Rule.as_str() choices failure/>
                    <div class="row"><Button pending=create.pending()>{t.audiences.create_and_continue}</Button></div>
                </ActionForm>
            }
            .into_any()
        } else {
            view! { <Notice>{t.campaigns.not_for_your_role}</Notice> }.into_any()
        }}
    }
}

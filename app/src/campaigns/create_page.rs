//! A new campaign: its name and what it is for. Everything else is the wizard's.

use domain::access::Permission;
use domain::channel_configuration::Category;
use leptos::prelude::*;

use super::above;
use super::calls::CreateCampaign;
use super::words::{category_meaning, category_name};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, FormFailure, Notice, PageHeader, TextField, failure_of};

/// The form of a campaign that is not there yet.
#[component]
pub fn CreatePage() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let create = ServerAction::<CreateCampaign>::new();
    let failure = failure_of(create.value());
    view! {
        <PageHeader title=t.campaigns.create above=above(&sandbox.get_untracked())/>
        {if may(Permission::ManageCampaigns) {
            view! {
                <ActionForm action=create attr:class="card form">
                    <FormFailure failure/>
                    <input type="hidden" name="sandbox" value=move || sandbox.get()/>
                    <TextField path="name" label=t.campaigns.name hint=t.campaigns.name_hint required=true failure/>
                    <fieldset class="choices">
                        <legend>{t.campaigns.category}</legend>
                        <Choice category=Category::Transactional checked=true/>
                        <Choice category=Category::Marketing checked=false/>
                    </fieldset>
                    <p class="hint">{t.campaigns.category_hint}</p>
                    <div class="row"><Button pending=create.pending()>{t.campaigns.create_and_continue}</Button></div>
                </ActionForm>
            }
            .into_any()
        } else {
            view! { <Notice>{t.campaigns.not_for_your_role}</Notice> }.into_any()
        }}
    }
}

#[component]
fn Choice(category: Category, checked: bool) -> impl IntoView {
    let meaning = format!("meaning-{category}");
    view! {
        <label class="choice">
            <input type="radio" name="category" value=category.as_str() checked=checked aria-describedby=meaning.clone()/>
            <span>
                <strong>{category_name(category)}</strong>
                <span class="hint" id=meaning>{category_meaning(category)}</span>
            </span>
        </label>
    }
}

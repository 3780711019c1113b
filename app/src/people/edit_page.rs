//! The form of a profile: somebody new, or somebody who is stored.

use domain::access::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::calls::{SaveProfile, find_profile};
use super::form::ProfileForm;
use super::list_page::names_of;
use super::{above, people_path};
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{
    Button, FormFailure, LinkButton, Notice, PageHeader, SelectField, TextArea, TextField, failure_of, loaded,
};

/// Somebody new.
#[component]
pub fn NewProfilePage() -> impl IntoView {
    let t = texts();
    view! {
        <PageHeader title=t.people.new above=above(&sandbox_name().get_untracked())/>
        <ForManagers><Fields form=ProfileForm::default() profile=String::new() revision=0/></ForManagers>
    }
}

/// Somebody who is stored.
#[component]
pub fn EditProfilePage() -> impl IntoView {
    let sandbox = sandbox_name();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("profile").unwrap_or_default());
    let detail = Resource::new(move || (sandbox.get(), id()), |(sandbox, profile)| find_profile(sandbox, profile));
    loaded(detail, move |detail| {
        let profile = detail.profile;
        let (name, _) = names_of(&profile);
        let (form, revision) = (ProfileForm::of(&profile), profile.revision);
        view! {
            <PageHeader title=name above=above(&sandbox.get_untracked())/>
            <ForManagers><Fields form profile=profile.id.to_string() revision/></ForManagers>
        }
    })
}

/// Whoever may not see attributes cannot write them.
#[component]
fn ForManagers(children: Children) -> impl IntoView {
    if may(Permission::ManageProfiles) {
        return children().into_any();
    }
    view! { <Notice>{texts().settings.not_for_your_role}</Notice> }.into_any()
}

#[component]
fn Fields(form: ProfileForm, profile: String, revision: i64) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let save = ServerAction::<SaveProfile>::new();
    let failure = failure_of(save.value());
    let back = if profile.is_empty() { "profiles".to_owned() } else { format!("profiles/{profile}") };
    let back = people_path(&sandbox.get_untracked(), &back);
    let kinds = vec![("false".to_owned(), t.people.real.to_owned()), ("true".to_owned(), t.people.test.to_owned())];
    view! {
        <FormFailure failure/>
        <ActionForm action=save attr:class="form card settings-narrow">
            <input type="hidden" name="sandbox" value=sandbox.get_untracked()/>
            <input type="hidden" name="profile" value=profile/>
            <input type="hidden" name="revision" value=revision.to_string()/>
            <TextArea
                path="identities" name="form[identities]" label=t.people.identities hint=t.people.identities_hint
                value=form.identities source=true rows=4 required=true failure
            />
            <TextArea
                path="attributes" name="form[attributes]" label=t.people.attributes hint=t.people.attributes_hint
                value=form.attributes source=true rows=14 failure
            />
            <TextField path="timeZone" name="form[timeZone]" label=t.people.time_zone placeholder="Asia/Seoul" value=form.time_zone failure/>
            <TextField path="language" name="form[language]" label=t.people.language placeholder="ko-KR" value=form.language failure/>
            <SelectField path="test" name="form[test]" label=t.people.who hint=t.people.test_about value=form.test options=kinds failure/>
            <div class="row">
                <Button pending=save.pending()>{t.people.save}</Button>
                <LinkButton href=back variant="secondary">{t.common.cancel}</LinkButton>
            </div>
        </ActionForm>
    }
}

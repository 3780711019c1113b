//! Who is signed in, and how they sign in.

use domain::access::PASSWORD_MIN_LENGTH;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::super::above;
use super::super::emptied::emptied_after;
use super::super::users::role_name;
use super::ChangeOwnPassword;
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::session::Frame;
use crate::ui::{Button, Fact, Facts, FormFailure, Notice, PageHeader, TextField, failure_of};

/// Name and role, and the form for another password.
#[component]
pub fn AccountPage() -> impl IntoView {
    let t = texts();
    let user = use_context::<Frame>().map(|frame| frame.user);
    view! {
        <PageHeader title=t.account.title above=above(&sandbox_name().get_untracked())/>
        <p class="hint">{t.account.about}</p>
        {user.map(|user| view! {
            <section class="card settings-narrow" aria-label=t.account.title>
                <Facts>
                    <Fact name=t.session.name>{user.name}</Fact>
                    <Fact name=t.session.email>{user.email}</Fact>
                    <Fact name=t.users.role>{role_name(user.role)}</Fact>
                </Facts>
            </section>
        })}
        <PasswordForm/>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    let change = ServerAction::<ChangeOwnPassword>::new();
    let form = emptied_after(change);
    let failure = failure_of(change.value());
    let query = use_query_map();
    // The address says that the password was just changed.
    let changed = move || query.with(|query| query.get("changed").is_some()) && failure.get().is_none();
    view! {
        <ActionForm action=change node_ref=form attr:class="card form" attr:novalidate="novalidate">
            <h2>{t.account.change}</h2>
            {move || changed().then(|| view! { <Notice kind="ok">{t.account.changed}</Notice> })}
            <FormFailure failure/>
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <TextField
                path="present" label=t.account.present kind="password" autocomplete="current-password" required=true failure
            />
            <TextField
                path="newPassword" name="new_password" label=t.account.new_password kind="password" autocomplete="new-password"
                required=true failure hint=t.session.password_hint(PASSWORD_MIN_LENGTH)
            />
            <Button pending=change.pending()>{t.account.change}</Button>
        </ActionForm>
    }
}

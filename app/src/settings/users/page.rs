//! People who may sign in to the console.

use domain::access::Permission;
use leptos::prelude::*;

use super::super::{above, permitted::permitted};
use super::list::Users;
use super::new_user::NewUser;
use super::roles::Roles;
use super::{ChangeRole, CreateConsoleUser, DeleteConsoleUser, SetPassword, list_console_users};
use crate::i18n::texts;
use crate::layout::sandbox_name;
use crate::ui::{FormFailure, Notice, PageHeader, failure_of, loaded};

/// List of people, form for another one, roles in words.
#[component]
pub fn UsersPage() -> impl IntoView {
    permitted(Permission::ManageConsoleUsers, texts().users.title, || view! { <Content/> })
}

#[component]
fn Content() -> impl IntoView {
    let t = texts();
    let create = ServerAction::<CreateConsoleUser>::new();
    let change = ServerAction::<ChangeRole>::new();
    let set_password = ServerAction::<SetPassword>::new();
    let delete = ServerAction::<DeleteConsoleUser>::new();
    let versions = move || (create.version().get(), change.version().get(), delete.version().get());
    let users = Resource::new(versions, |_| list_console_users());
    view! {
        <PageHeader title=t.users.title above=above(&sandbox_name().get_untracked())/>
        <p class="hint">{t.users.about}</p>
        <FormFailure failure=failure_of(change.value())/>
        <FormFailure failure=failure_of(set_password.value())/>
        <FormFailure failure=failure_of(delete.value())/>
        {move || set_password.value().get().and_then(Result::ok).map(|user| view! {
            <Notice kind="ok">{t.users.password_set(user.email)}</Notice>
        })}
        {loaded(users, move |users| view! { <Users users change set_password delete/> })}
        <div class="columns settings-columns">
            <NewUser create/>
            <Roles/>
        </div>
    }
}

//! Form for another person.

use domain::access::PASSWORD_MIN_LENGTH;
use leptos::prelude::*;

use super::super::emptied::emptied_after;
use super::CreateConsoleUser;
use super::roles::role_options;
use crate::i18n::texts;
use crate::ui::{Button, FormFailure, Notice, SelectField, TextField, failure_of};

/// The form, and who was created with it last.
#[component]
pub fn NewUser(create: ServerAction<CreateConsoleUser>) -> impl IntoView {
    let t = texts();
    let created = Memo::new(move |_| create.value().get().and_then(Result::ok));
    view! {
        <section class="stack" aria-labelledby="new-user">
            {move || created.get().map(|user| view! { <Notice kind="ok">{t.users.created(user.email)}</Notice> })}
            <Form create/>
        </section>
    }
}

#[component]
fn Form(create: ServerAction<CreateConsoleUser>) -> impl IntoView {
    let t = texts();
    let form = emptied_after(create);
    let failure = failure_of(create.value());
    view! {
        <ActionForm action=create node_ref=form attr:class="card form" attr:novalidate="novalidate">
            <h2 id="new-user">{t.users.add}</h2>
            <FormFailure failure/>
            <TextField path="name" label=t.session.name hint=t.users.name_hint failure/>
            <TextField path="email" label=t.session.email kind="email" required=true failure/>
            <SelectField path="role" label=t.users.role value="viewer" options=role_options() failure/>
            <TextField
                path="password" label=t.session.password kind="password" autocomplete="new-password" required=true failure
                hint=t.users.password_hint(PASSWORD_MIN_LENGTH)
            />
            <Button pending=create.pending()>{t.users.add}</Button>
        </ActionForm>
    }
}

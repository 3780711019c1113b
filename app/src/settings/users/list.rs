//! Table of people.

use domain::access::{ConsoleUser, PASSWORD_MIN_LENGTH};
use leptos::prelude::*;

use super::super::emptied::emptied_after;
use super::roles::{role_name, role_options};
use super::{ChangeRole, DeleteConsoleUser, SetPassword};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::session::Frame;
use crate::ui::{Address, Button, Confirmation, SelectField, Table, TextField, answers, failure_of};

/// Everybody, with what can be done to their account. Nobody deletes their own; its page changes the password.
#[component]
pub fn Users(
    users: Vec<ConsoleUser>,
    change: ServerAction<ChangeRole>,
    set_password: ServerAction<SetPassword>,
    delete: ServerAction<DeleteConsoleUser>,
) -> impl IntoView {
    let t = texts();
    let own = use_context::<Frame>().map(|frame| frame.user.id);
    let rows = users.into_iter().map(move |user| {
        let is_own = own.as_ref() == Some(&user.id);
        view! {
            <tr>
                <th scope="row" class="wide">
                    <Address text=user.name.clone()/>
                    {is_own.then(|| view! { <span class="hint">" "{t.users.you}</span> })}
                </th>
                <td class="wide" data-label=t.session.email><Address text=user.email.clone()/></td>
                <td data-label=t.users.role>{role_name(user.role)}</td>
                <td>
                    <div class="row row-actions">
                        <RoleChange user=user.clone() change/>
                        {(!is_own).then(|| view! { <NewPassword user=user.clone() set_password/><Deletion user delete/> })}
                    </div>
                </td>
            </tr>
        }
    });
    let columns = vec![t.session.name, t.session.email, t.users.role, t.settings.actions];
    view! {
        <Table title=t.users.title columns>{rows.collect_view()}</Table>
    }
}

#[component]
fn RoleChange(user: ConsoleUser, change: ServerAction<ChangeRole>) -> impl IntoView {
    let t = texts();
    let name = t.users.change_role_of(&user.email);
    view! {
        <Confirmation id=format!("change-role-{}", user.id) label=t.users.change_role name answers=answers(change)>
            <ActionForm action=change>
                <input type="hidden" name="user" value=user.id.to_string()/>
                <SelectField
                    path=format!("role-{}", user.id) name="role" label=t.users.role value=user.role.as_str()
                    options=role_options()
                />
                <Button pending=change.pending()>{t.users.change_role}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn NewPassword(user: ConsoleUser, set_password: ServerAction<SetPassword>) -> impl IntoView {
    let t = texts();
    let form = emptied_after(set_password);
    let failure: Signal<Option<ServerFailure>> = failure_of(set_password.value());
    let name = t.users.set_password_of(&user.email);
    view! {
        <Confirmation id=format!("set-password-{}", user.id) label=t.users.set_password name answers=answers(set_password)>
            <p>{t.users.set_password_consequence(&user.email)}</p>
            <ActionForm action=set_password node_ref=form attr:novalidate="novalidate">
                <input type="hidden" name="user" value=user.id.to_string()/>
                <TextField
                    path=format!("password-{}", user.id) name="password" label=t.account.new_password kind="password"
                    autocomplete="new-password" required=true failure hint=t.users.password_hint(PASSWORD_MIN_LENGTH)
                />
                <Button pending=set_password.pending()>{t.users.set_password}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Deletion(user: ConsoleUser, delete: ServerAction<DeleteConsoleUser>) -> impl IntoView {
    let t = texts();
    let name = t.users.delete_of(&user.email);
    view! {
        <Confirmation id=format!("delete-{}", user.id) label=t.users.delete name answers=answers(delete)>
            <p>{t.users.delete_consequence(&user.email)}</p>
            <ActionForm action=delete>
                <input type="hidden" name="user" value=user.id.to_string()/>
                <Button pending=delete.pending() variant="danger">{t.users.delete_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}

//! Table of people.

use domain::access::ConsoleUser;
use leptos::prelude::*;

use super::roles::{role_name, role_options};
use super::{ChangeRole, DeleteConsoleUser};
use crate::i18n::texts;
use crate::session::Frame;
use crate::ui::{Button, Confirmation, SelectField, Table};

/// Everybody, with what can be done to their account. Nobody deletes their own.
#[component]
pub fn Users(
    users: Vec<ConsoleUser>,
    change: ServerAction<ChangeRole>,
    delete: ServerAction<DeleteConsoleUser>,
) -> impl IntoView {
    let t = texts();
    let own = use_context::<Frame>().map(|frame| frame.user.id);
    let rows = users.into_iter().map(move |user| {
        let is_own = own.as_ref() == Some(&user.id);
        view! {
            <tr>
                <th scope="row" class="wide">
                    {user.name.clone()}
                    {is_own.then(|| view! { <span class="hint">" "{t.users.you}</span> })}
                </th>
                <td class="wide">{user.email.clone()}</td>
                <td>{role_name(user.role)}</td>
                <td>
                    <div class="row row-actions">
                        <RoleChange user=user.clone() change/>
                        {(!is_own).then(|| view! { <Deletion user delete/> })}
                    </div>
                </td>
            </tr>
        }
    });
    let columns = view! {
        <th scope="col">{t.session.name}</th>
        <th scope="col">{t.session.email}</th>
        <th scope="col">{t.users.role}</th>
        <th scope="col">{t.settings.actions}</th>
    }
    .into_any();
    view! {
        <Table title=t.users.title columns>{rows.collect_view()}</Table>
    }
}

#[component]
fn RoleChange(user: ConsoleUser, change: ServerAction<ChangeRole>) -> impl IntoView {
    let t = texts();
    view! {
        <Confirmation label=t.users.change_role name=t.users.change_role_of(&user.email)>
            <ActionForm action=change attr:class="form">
                <input type="hidden" name="user" value=user.id.to_string()/>
                <SelectField
                    path=format!("role-{}", user.id) name="role" label=t.users.role_of(&user.email) value=user.role.as_str()
                    options=role_options()
                />
                <Button pending=change.pending()>{t.users.change_role}</Button>
            </ActionForm>
        </Confirmation>
    }
}

#[component]
fn Deletion(user: ConsoleUser, delete: ServerAction<DeleteConsoleUser>) -> impl IntoView {
    let t = texts();
    view! {
        <Confirmation label=t.users.delete name=t.users.delete_of(&user.email)>
            <p>{t.users.delete_consequence(&user.email)}</p>
            <ActionForm action=delete>
                <input type="hidden" name="user" value=user.id.to_string()/>
                <Button pending=delete.pending() variant="danger">{t.users.delete_for_good}</Button>
            </ActionForm>
        </Confirmation>
    }
}

//! Roles in words.

use domain::access::Role;
use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::{Fact, Facts};

/// The role's name.
pub fn role_name(role: Role) -> &'static str {
    let t = texts();
    match role {
        Role::Administrator => t.users.administrator,
        Role::Approver => t.users.approver,
        Role::Manager => t.users.manager,
        Role::Viewer => t.users.viewer,
    }
}

fn role_meaning(role: Role) -> &'static str {
    let t = texts();
    match role {
        Role::Administrator => t.users.administrator_may,
        Role::Approver => t.users.approver_may,
        Role::Manager => t.users.manager_may,
        Role::Viewer => t.users.viewer_may,
    }
}

/// Every role, for a select. The one with the fewest rights first.
pub fn role_options() -> Vec<(String, String)> {
    Role::ALL.iter().rev().map(|role| (role.to_string(), role_name(*role).to_owned())).collect()
}

/// What each role may do.
#[component]
pub fn Roles() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="roles">
            <h2 id="roles">{texts().users.roles}</h2>
            <Facts>
                {Role::ALL
                    .iter()
                    .map(|role| view! { <Fact name=role_name(*role)>{role_meaning(*role)}</Fact> })
                    .collect_view()}
            </Facts>
        </section>
    }
}

//! How to write templates, in five examples that can be copied.

use leptos::prelude::*;

use crate::i18n::texts;
use crate::ui::Code;

/// Closed at first.
#[component]
pub fn SyntaxHelp() -> impl IntoView {
    let t = texts();
    let examples = [
        (t.content_step.help_context, "{{ context.order.id }}"),
        (t.content_step.help_profile, "{{ profile.person.name.firstName }}"),
        (t.content_step.help_default, "{{ profile.name | default(value=\"friend\") }}"),
        (t.content_step.help_if, "{% if context.gift %}Wrapped as a gift.{% endif %}"),
        (t.content_step.help_for, "{% for item in context.items %}{{ item.name }} {% endfor %}"),
    ];
    view! {
        <details class="syntax-help">
            <summary>{t.content_step.help}</summary>
            <dl class="facts">
                {examples
                    .into_iter()
                    .map(|(about, example)| view! { <div><dt>{about}</dt><dd><Code text=example/></dd></div> })
                    .collect_view()}
            </dl>
        </details>
    }
}

//! Yes or no: one check box.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::field_id;

/// What a form says of a box. One that is not ticked sends nothing, so the form says beside it that the box is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tick {
    /// Empty: the form has no such box.
    pub there: String,
    /// Empty: it is not ticked.
    pub ticked: String,
}

#[cfg(feature = "ssr")]
impl Tick {
    /// `None`: the form has no such box.
    pub fn value(&self) -> Option<bool> {
        (!self.there.is_empty()).then_some(!self.ticked.is_empty())
    }
}

/// A box with what it means when it is ticked, read as [`Tick`].
#[component]
pub fn TickBox(
    /// Path of the value.
    #[prop(into)]
    path: String,
    /// Name in the form.
    #[prop(into)]
    name: String,
    label: &'static str,
    hint: &'static str,
    ticked: bool,
) -> impl IntoView {
    let id = field_id(&path);
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <input type="hidden" name=format!("{name}[there]") value="yes"/>
            <label class="checkbox">
                <input type="checkbox" id=id name=format!("{name}[ticked]") value="yes" checked=ticked aria-describedby=hint_id.clone()/>
                {label}
            </label>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_box_that_is_not_ticked_says_no_and_one_that_is_not_there_says_nothing() {
        let read = |form: &str| serde_json::from_str::<Tick>(form).unwrap().value();
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"there": "yes"}"#), Some(false));
        assert_eq!(read(r#"{"there": "yes", "ticked": "yes"}"#), Some(true));
    }
}

//! What the editor shows while somebody types.

use std::collections::BTreeMap;

use domain::Faults;
use domain::content::{Content, Rendered};
use domain::mail_templates::MailTemplates;
use domain::variable::{Variable, VariableRules};
use serde::{Deserialize, Serialize};

use crate::compiled::{Addresses, Compiled};
use crate::data::Data;
use crate::marker;
use crate::rules::Reading;
use crate::short_links::ShortLinks;

/// What the editor shows while somebody types.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// As far as it can be rendered; a missing variable stands there as `⟦context.order.id⟧`.
    pub rendered: Rendered,
    /// Paths of required variables without a value, and of values of the wrong type.
    pub missing: Vec<String>,
    /// Why a template cannot be rendered.
    pub faults: Faults,
    /// Variables of the templates that can be parsed.
    pub variables: Vec<Variable>,
    /// How each of them is read, by its path.
    pub readings: BTreeMap<String, Reading>,
}

/// Renders a draft with whatever data there is. Never fails: each template is shown for itself.
pub fn preview(content: &Content, rules: &VariableRules, data: &Data) -> Preview {
    preview_with(content, &MailTemplates::default(), rules, data, None)
}

/// The same with what its configuration reads, and with short links in their places.
pub fn preview_with(
    content: &Content,
    templates: &MailTemplates,
    rules: &VariableRules,
    data: &Data,
    short: Option<&dyn ShortLinks>,
) -> Preview {
    let around = Addresses { short, ..Addresses::default() };
    let (compiled, mut faults) = Compiled::compile_what_can_be(content, templates);
    let compiled = compiled.with_rules(rules);
    let missing = compiled.missing(data);
    let (rendered, more) = if missing.is_empty() {
        compiled.render_what_can_be(data, around)
    } else {
        compiled.render_what_can_be(&marker::fill(&compiled.shapes, data), around)
    };
    faults.0.extend(more.0);
    let missing = missing.0.into_iter().map(|fault| fault.path).collect();
    let (variables, readings) = (compiled.variables().to_vec(), compiled.shapes.readings());
    let rendered = rendered.unwrap_or_else(|| Rendered::empty(content.channel()));
    Preview { rendered, missing, faults, variables, readings }
}

//! Content → rendered email. Pure: the same code draws the preview in the browser and makes the mail that is sent.

use domain::campaign::Variable;
use domain::content::{EmailContent, RenderedEmail};
use domain::{Fault, Faults};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What templates can read: `context.*` of the call and `profile.*` of the person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Data {
    pub context: Map<String, Value>,
    pub profile: Map<String, Value>,
}

/// The four templates of a content, parsed and checked. Made once for each campaign version.
#[derive(Debug)]
pub struct CompiledEmail {}

impl CompiledEmail {
    /// Parses and checks. Faults have the paths `content.subject`, `content.preheader`, `content.html`, `content.text`.
    pub fn compile(_content: &EmailContent) -> Result<Self, Faults> {
        Ok(Self {})
    }

    /// Every `context.*` and `profile.*` path that the content reads, in order of appearance.
    pub fn variables(&self) -> &[Variable] {
        &[]
    }

    /// What does not stop anybody but deserves a look.
    pub fn warnings(&self) -> Faults {
        Faults::default()
    }

    /// Plausible values for every variable.
    pub fn sample(&self) -> Data {
        Data::default()
    }

    /// The required variables that `data` does not have, in order: code `missing_variable`, path `context.order.id`.
    pub fn missing(&self, _data: &Data) -> Faults {
        Faults::default()
    }

    /// What the recipient gets. A fault names the missing variable or says what went wrong, with a path like `content.html`.
    pub fn render(&self, _data: &Data) -> Result<RenderedEmail, Fault> {
        Ok(RenderedEmail::default())
    }
}

/// What the editor shows while somebody types.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// As far as it can be rendered; a missing variable stands there as `⟦context.order.id⟧`.
    pub email: RenderedEmail,
    /// Paths of required variables without a value.
    pub missing: Vec<String>,
    /// Why a template cannot be rendered.
    pub faults: Faults,
    /// Variables of the templates that can be parsed.
    pub variables: Vec<Variable>,
}

/// Renders a draft with whatever data there is. Never fails: each template is shown for itself.
pub fn preview(_content: &EmailContent, _data: &Data) -> Preview {
    Preview::default()
}

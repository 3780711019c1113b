//! What the contents of a campaign read, all of them together: what its calls carry.

use domain::variable::{Variable, VariableRules};
use domain::{Fault, Faults};
use serde_json::{Map, Value};

use crate::compiled::Compiled;
use crate::data::{Data, GIVEN};
use crate::reads::PATH_MAX;
use crate::shape::{NAMES_MAX, Need, Read, Segment, Shapes, TooMany, Use};
use crate::{changes, check, sample, schema};

/// What looks at values beside the templates.
const RULES: &str = "variants.targeting";

/// What calls carry for each recipient, whichever of the contents the person gets.
#[derive(Debug, Default)]
pub struct Contract {
    shapes: Shapes,
    variables: Vec<Variable>,
}

impl Contract {
    /// What these contents read, and the values at these paths, such as `profile.tier`, that nobody needs to have. The fault,
    /// at `variants`, is `too_complex`.
    pub fn of<'a>(
        contents: impl IntoIterator<Item = &'a Compiled>,
        looked_at: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Fault> {
        let mut shapes = Shapes::default();
        let fault = |text: String| Fault::new("variants", "too_complex", text);
        let too_complex =
            |TooMany| fault(format!("The contents read more than {NAMES_MAX} different values together."));
        for content in contents {
            shapes.take_in(&content.shapes).map_err(too_complex)?;
        }
        for path in looked_at {
            if path.split('.').count() > PATH_MAX {
                return Err(fault(format!("A targeting rule looks at a value more than {PATH_MAX} names deep.")));
            }
            if GIVEN.iter().any(|(root, _)| path.starts_with(&format!("{root}."))) {
                shapes.given = true;
                continue;
            }
            let path = path.split('.').map(|name| Segment::Field(name.to_owned())).collect();
            let read = Read { path, need: Need::Never, usage: Use::default() };
            shapes.add(RULES, vec![read]).map_err(too_complex)?;
        }
        let variables = shapes.variables();
        Ok(Self { shapes, variables })
    }

    /// The same under the rules of its author. Rules for what is not read have no effect.
    #[must_use]
    pub fn with_rules(mut self, rules: &VariableRules) -> Self {
        self.shapes.set_rules(rules);
        self.variables = self.shapes.variables();
        self
    }

    /// Does anything ask what the message is: `campaign.*`, `recipient.*`, `now`?
    pub fn reads_given(&self) -> bool {
        self.shapes.given
    }

    /// Every `context.*` and `profile.*` path that is read, in order of appearance.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// As JSON Schema 2020-12.
    pub fn schema(&self) -> Value {
        schema::of(&self.shapes)
    }

    /// Plausible values for every variable.
    pub fn sample(&self) -> Data {
        sample::of(&self.shapes)
    }

    /// What would break callers of `before`, whose calls are taken now: codes `newly_required` and `type_changed`, at
    /// `variables.<path>`.
    pub fn breaks(&self, before: &Self) -> Faults {
        changes::between(&before.shapes, &self.shapes)
    }

    /// What a call lacks of a recipient, in order: code `missing_variable`, path `context.order.id`. Also `wrong_type`.
    pub fn missing_of(&self, context: Option<&Map<String, Value>>, profile: Option<&Map<String, Value>>) -> Faults {
        let none = Map::new();
        check::check(&self.shapes, [("context", context.unwrap_or(&none)), ("profile", profile.unwrap_or(&none))])
    }

    /// The same of what all recipients share. Nothing is said of `profile`.
    pub fn missing_in_context(&self, context: &Map<String, Value>) -> Faults {
        check::check(&self.shapes, [("context", context)])
    }
}

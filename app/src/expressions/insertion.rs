//! An expression for a value: with what stands there when it is missing, and written as people write dates and amounts.

use super::vocabulary::Form;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    AsItIs,
    Capitals,
    LongDate,
    ShortDate,
    DateAndTime,
    Grouped,
    Money(&'static str),
    Percentage,
}

/// Currencies that are offered.
const CURRENCIES: [&str; 4] = ["KRW", "USD", "EUR", "JPY"];

impl Format {
    /// Those that fit a value; all where nobody said what it is.
    pub fn of(form: Option<Form>) -> Vec<Self> {
        let mut formats = vec![Self::AsItIs];
        if matches!(form, None | Some(Form::Words)) {
            formats.push(Self::Capitals);
        }
        if matches!(form, None | Some(Form::Date)) {
            formats.extend([Self::LongDate, Self::ShortDate, Self::DateAndTime]);
        }
        if matches!(form, None | Some(Form::Number)) {
            formats.extend([Self::Grouped, Self::Percentage]);
            formats.extend(CURRENCIES.map(Self::Money));
        }
        formats
    }

    /// The filter; empty: none.
    fn filter(self) -> String {
        match self {
            Self::AsItIs => String::new(),
            Self::Capitals => " | upper".to_owned(),
            Self::LongDate => " | format_date(format=\"long\")".to_owned(),
            Self::ShortDate => " | format_date(format=\"short\")".to_owned(),
            Self::DateAndTime => " | format_date(format=\"medium time\")".to_owned(),
            Self::Grouped => " | format_number".to_owned(),
            Self::Percentage => " | percentage".to_owned(),
            Self::Money(currency) => format!(" | format_money(currency=\"{currency}\")"),
        }
    }
}

/// `{{ profile.name | default(value="friend") }}`. A format is not asked of what stands in for a missing value.
pub fn expression(path: &str, fallback: &str, format: Format) -> String {
    let filter = format.filter();
    let fallback = fallback.trim();
    if fallback.is_empty() {
        return format!("{{{{ {path}{filter} }}}}");
    }
    let literal = literal(fallback);
    if filter.is_empty() {
        return format!("{{{{ {path} | default(value={literal}) }}}}");
    }
    format!("{{{{ {path}{filter} if {path} is defined else {literal} }}}}")
}

/// A text as a template writes it.
fn literal(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use content::{Compiled, Data};
    use domain::content::{Content, MobileContent, Rendered};
    use serde_json::json;

    use super::*;

    /// What the expression comes to with these values of the call.
    fn shown(expression: String, context: serde_json::Value) -> String {
        let content = Content::Mobile(MobileContent { text: expression.clone(), ..Default::default() });
        let serde_json::Value::Object(context) = context else { panic!("an object") };
        let data = Data { context: std::sync::Arc::new(context), ..Data::default() };
        let compiled = Compiled::compile(&content).unwrap_or_else(|faults| panic!("{expression}: {faults:?}"));
        match compiled.render(&data).unwrap_or_else(|fault| panic!("{expression}: {fault:?}")) {
            Rendered::Mobile(mobile) => mobile.text,
            _ => panic!("a text"),
        }
    }

    #[test]
    fn a_missing_value_gives_way_to_the_fallback_as_it_was_typed() {
        for fallback in ["friend", "\"quoted\" \\ text", "친구", "}} {{"] {
            for format in Format::of(None) {
                assert_eq!(shown(expression("context.a", fallback, format), json!({})), fallback, "{format:?}");
            }
        }
    }

    #[test]
    fn a_value_is_written_in_its_format() {
        let context = json!({ "name": "Ann", "n": 1234.5, "at": "2026-12-01T20:30:00Z" });
        for (path, format, words) in [
            ("context.name", Format::AsItIs, "Ann"),
            ("context.name", Format::Capitals, "ANN"),
            ("context.n", Format::Grouped, "1,234.5"),
            ("context.n", Format::Money("EUR"), "€1,234.50"),
            ("context.at", Format::LongDate, "December 1, 2026"),
        ] {
            assert_eq!(shown(expression(path, "", format), context.clone()), words);
            assert_eq!(shown(expression(path, "none", format), context.clone()), words);
        }
        for format in Format::of(Some(Form::Date)) {
            shown(expression("context.at", "x", format), context.clone());
        }
    }

    #[test]
    fn formats_fit_the_value() {
        assert_eq!(Format::of(Some(Form::Parts)), [Format::AsItIs]);
        assert!(!Format::of(Some(Form::Words)).contains(&Format::Grouped));
        assert!(Format::of(None).contains(&Format::Grouped));
    }
}

//! Where a content of a campaign stands: its address in the console, and the paths of its faults.

use domain::campaign::Step;
use domain::variants::{VariantKey, Variants, path_in};
use domain::{Fault, Faults};

use crate::campaigns::step_path;
use crate::designer::designer_path;
use crate::failure::ServerFailure;

/// A content of a campaign, for pages that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentPlace {
    pub sandbox: String,
    pub campaign: String,
    /// `None`: the main one.
    pub variant: Option<VariantKey>,
}

impl ContentPlace {
    /// The same place of another content.
    pub fn of(&self, variant: Option<VariantKey>) -> Self {
        Self { variant, ..self.clone() }
    }

    /// Address of the content step.
    pub fn step(&self) -> String {
        self.at(Step::Content)
    }

    /// Address of a step that shows it.
    pub fn at(&self, step: Step) -> String {
        let step = step_path(&self.sandbox, &self.campaign, step);
        match &self.variant {
            Some(key) => format!("{step}&variant={key}"),
            None => step,
        }
    }

    /// Address of the designer, with `?` or `&` for what follows.
    pub fn designer(&self, query: &str) -> String {
        let designer = designer_path(&self.sandbox, &self.campaign);
        match (&self.variant, query) {
            (Some(key), "") => format!("{designer}?variant={key}"),
            (Some(key), query) => format!("{designer}?variant={key}&{query}"),
            (None, "") => designer,
            (None, query) => format!("{designer}?{query}"),
        }
    }

    /// Where the mail is had as a file, by `{format}`.
    pub fn mail_file(&self) -> String {
        let file = format!("/files/mails/{}/{}/{{format}}", self.sandbox, self.campaign);
        match &self.variant {
            Some(key) => format!("{file}?variant={key}"),
            None => file,
        }
    }

    /// A failure with the faults of this content at the paths of its fields, `content.subject`. Those of other contents are
    /// told where no field is.
    pub fn failure(&self, failure: ServerFailure) -> ServerFailure {
        let ServerFailure::Failure(domain::Failure::Invalid { faults }) = failure else { return failure };
        let faults = faults.0.into_iter().map(|fault| match place_of(&fault.path) {
            (at, path) if at == self.variant => Fault { path, ..fault },
            (None, path) if path.starts_with("content") => Fault { path: format!("main.{path}"), ..fault },
            _ => fault,
        });
        ServerFailure::Failure(domain::Failure::Invalid { faults: Faults(faults.collect()) })
    }
}

/// Whose content the path of a fault is in, and the path of the field: `variants.contents.a/-/ko.subject` is
/// `content.subject` of `a/-/ko`.
pub fn place_of(path: &str) -> (Option<VariantKey>, String) {
    let found = path.strip_prefix("variants.contents.").and_then(|rest| {
        let (key, field) = rest.split_once('.').map_or((rest, None), |(key, field)| (key, Some(field)));
        let field = field.map_or_else(|| "content".to_owned(), |field| format!("content.{field}"));
        Some((key.parse().ok()?, field))
    });
    match found {
        Some((key, field)) => (Some(key), field),
        None => (None, path.to_owned()),
    }
}

/// The same variant in every other language.
pub fn languages_beside(variants: &Variants, of: Option<&VariantKey>) -> Vec<VariantKey> {
    let of = of.cloned().unwrap_or_default();
    let tags = variants.languages.iter().flat_map(|it| &it.offered).map(|it| it.tag.clone());
    tags.filter(|tag| *tag != of.language).map(|language| VariantKey { language, ..of.clone() }).collect()
}

/// Faults of one content.
pub fn faults_in(faults: &Faults, at: Option<&VariantKey>) -> usize {
    let prefix = path_in(at, "content");
    let is_inside =
        |path: &str| path.strip_prefix(&prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    faults.0.iter().filter(|fault| is_inside(&fault.path)).count()
}

/// The contents that can be written, in rows of one treatment and one rule each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// Contents that stand in for variants of several rows.
    pub shared: Vec<VariantKey>,
}

/// Those of one treatment and one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What all its languages share; `None`: that is the main content.
    pub whole: Option<VariantKey>,
    pub languages: Vec<VariantKey>,
}

/// See [`Rows`].
pub fn rows(variants: &Variants) -> Rows {
    let mut rows: Vec<Row> = Vec::new();
    for key in variants.keys() {
        let whole = VariantKey { language: String::new(), ..key.clone() };
        let whole = (whole != VariantKey::default()).then_some(whole);
        if rows.last().is_none_or(|row| row.whole != whole) {
            rows.push(Row { whole, languages: Vec::new() });
        }
        if let Some(row) = rows.last_mut().filter(|_| !key.language.is_empty()) {
            row.languages.push(key);
        }
    }
    let is_there =
        |key: &VariantKey| rows.iter().any(|row| row.whole.as_ref() == Some(key) || row.languages.contains(key));
    let shared = variants.written().filter_map(|(key, _)| key.cloned()).filter(|key| !is_there(key)).collect();
    Rows { rows, shared }
}

#[cfg(test)]
mod tests {
    use domain::content::Content;
    use domain::languages::{Languages, OfferedLanguage};
    use domain::variants::{Target, Targeting};

    use super::*;

    fn variants() -> Variants {
        let target = Target { id: "gold".into(), name: "Gold".into(), ..Target::default() };
        let offered = ["en", "ko"].map(|tag| OfferedLanguage { tag: tag.into(), enabled: true }).into();
        Variants {
            targeting: Some(Targeting { targets: vec![target], fallback: true }),
            languages: Some(Languages { offered, fallback: None }),
            ..Variants::default()
        }
    }

    fn key(text: &str) -> VariantKey {
        text.parse().unwrap()
    }

    #[test]
    fn contents_stand_in_rows_of_a_treatment_and_a_rule() {
        let mut variants = variants();
        variants.contents.insert(key("-/gold/en"), Content::default());
        let found = rows(&variants);
        assert_eq!(
            found.rows[0],
            Row { whole: Some(key("-/gold/-")), languages: vec![key("-/gold/en"), key("-/gold/ko")] }
        );
        assert_eq!(found.rows[1], Row { whole: None, languages: vec![key("-/-/en"), key("-/-/ko")] });
        assert_eq!(found.shared, []);
        variants.targeting.as_mut().unwrap().fallback = false;
        variants.contents.insert(key("-/-/ko"), Content::default());
        assert_eq!((rows(&variants).rows.len(), rows(&variants).shared), (1, vec![key("-/-/ko")]));
    }

    #[test]
    fn a_fault_is_told_at_the_field_of_the_content_that_it_is_in() {
        let at = |variant: Option<&str>| ContentPlace {
            sandbox: "dev".into(),
            campaign: "cmp_1".into(),
            variant: variant.map(key),
        };
        let mut faults = Faults::default();
        faults.add("variants.contents.a/-/pt-BR.subject", "required", "Write a subject.");
        faults.add("content.html", "required", "Write the mail.");
        let paths = |place: ContentPlace| {
            let failure = place.failure(ServerFailure::Failure(domain::Failure::Invalid { faults: faults.clone() }));
            failure.faults().0.into_iter().map(|fault| fault.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(at(Some("a/-/pt-BR"))), ["content.subject", "main.content.html"]);
        assert_eq!(paths(at(None)), ["variants.contents.a/-/pt-BR.subject", "content.html"]);
        assert_eq!(place_of("variants.contents.a/-/ko"), (Some(key("a/-/ko")), "content".to_owned()));
        assert_eq!((faults_in(&faults, Some(&key("a/-/pt-BR"))), faults_in(&faults, Some(&key("a/-/pt")))), (1, 0));
    }

    #[test]
    fn addresses_name_the_variant() {
        let place = ContentPlace { sandbox: "dev".into(), campaign: "cmp_1".into(), variant: Some(key("-/-/ko")) };
        assert_eq!(place.step(), "/dev/campaigns/cmp_1/edit?step=content&variant=-/-/ko");
        assert_eq!(place.designer("start=template"), "/dev/campaigns/cmp_1/design?variant=-/-/ko&start=template");
        assert_eq!(place.of(None).designer(""), "/dev/campaigns/cmp_1/design");
    }

    #[test]
    fn languages_beside_are_those_of_the_same_rule() {
        assert_eq!(languages_beside(&variants(), Some(&key("-/gold/ko"))), [key("-/gold/en")]);
        assert_eq!(languages_beside(&variants(), None), [key("-/-/en"), key("-/-/ko")]);
    }
}

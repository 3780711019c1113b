//! What a campaign says to whom: its main content, and those of its variants, compiled.

use std::collections::BTreeMap;

use domain::content::Content;
use domain::library::Fragments;
use domain::mail_templates::MailTemplates;
use domain::variable::VariableRules;
use domain::variants::{VariantKey, Variants, path_in};
use domain::{Fault, Faults};

use crate::compiled::Compiled;
use crate::contract::Contract;
use crate::fragments::with_fragments;
use crate::written::placed;

/// What the contents of a campaign are compiled of.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub main: &'a Content,
    pub variants: &'a Variants,
    pub fragments: &'a Fragments,
    /// Of the configuration.
    pub templates: &'a MailTemplates,
    pub rules: &'a VariableRules,
}

/// All contents of a campaign, and what they read together. Made once for each version.
#[derive(Debug)]
pub struct Contents {
    main: Compiled,
    written: BTreeMap<VariantKey, Compiled>,
    contract: Contract,
}

impl Contents {
    /// Parses and checks. Faults have the paths of the templates, such as `content.subject` or
    /// `variants.contents.a/-/ko.subject`.
    pub fn compile(sources: Sources<'_>) -> Result<Self, Faults> {
        Self::compile_by(sources, Compiled::compile_with)
    }

    /// The same before they go live; see [`Compiled::compile_to_publish`].
    pub fn compile_to_publish(sources: Sources<'_>) -> Result<Self, Faults> {
        Self::compile_by(sources, Compiled::compile_to_publish)
    }

    fn compile_by(
        sources: Sources<'_>,
        compile: impl Fn(&Content, &MailTemplates) -> Result<Compiled, Faults>,
    ) -> Result<Self, Faults> {
        let Sources { main, variants, fragments, templates, rules } = sources;
        let mut faults = Faults::default();
        let mut compiled = |key: Option<&VariantKey>, content: &Content| {
            let compiled = with_fragments(content, fragments).and_then(|content| compile(&content, templates));
            let told = |found: Faults| {
                let found = placed(found, content).0.into_iter();
                faults.0.extend(found.map(|fault| told_at(key, fault)));
            };
            compiled.map(|compiled| compiled.with_rules(rules)).map_err(told).ok()
        };
        let main = compiled(None, main);
        let written: BTreeMap<VariantKey, Compiled> =
            variants.written().filter_map(|(key, content)| Some((key?.clone(), compiled(key, content)?))).collect();
        let Some(main) = main.filter(|_| faults.is_empty()) else { return Err(faults) };
        let contract = Contract::of(std::iter::once(&main).chain(written.values()), variants.looked_at());
        let contract = contract.map_err(|fault| Faults(vec![fault]))?.with_rules(rules);
        Ok(Self { main, written, contract })
    }

    /// What stands for a variant; `None`: the main content.
    pub fn of_variant(&self, variants: &Variants, key: Option<&VariantKey>) -> &Compiled {
        key.and_then(|key| self.written.get(variants.written_for(key)?)).unwrap_or(&self.main)
    }

    /// What calls carry.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The main content, then the others by their keys.
    pub fn all(&self) -> impl Iterator<Item = (Option<&VariantKey>, &Compiled)> {
        std::iter::once((None, &self.main)).chain(self.written.iter().map(|(key, content)| (Some(key), content)))
    }

    /// Rules of the author that one of them cannot keep, once for each; see [`Compiled::contradictions`].
    pub fn contradictions(&self) -> Faults {
        let mut faults = Faults::default();
        for fault in self.all().flat_map(|(_, content)| content.contradictions().0) {
            if faults.0.iter().all(|known| known.path != fault.path || known.code != fault.code) {
                faults.0.push(fault);
            }
        }
        faults
    }

    /// What does not stop anybody but deserves a look, told where it stands.
    pub fn warnings(&self) -> Faults {
        Faults(
            self.all()
                .flat_map(|(key, content)| content.warnings().0.into_iter().map(move |it| told_at(key, it)))
                .collect(),
        )
    }
}

/// A fault of a content, where the content stands.
fn told_at(key: Option<&VariantKey>, fault: Fault) -> Fault {
    Fault { path: path_in(key, &fault.path), ..fault }
}

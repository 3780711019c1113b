//! Reads one mapping of a YAML file, key by key. Notes every fault with its line, and every key that nobody asked for.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use domain::Fault;
use domain::word::required_word;
use saphyr::{MarkedYaml, Scalar, YamlData};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::FileFault;

/// Faults of a file and the lines of one document's values, by path.
#[derive(Debug)]
pub(super) struct Notes {
    faults: RefCell<Vec<FileFault>>,
    lines: RefCell<HashMap<String, usize>>,
    /// Paths of values that could not be read: nothing more can be said of them.
    unread: RefCell<HashSet<String>>,
    /// Line of the document's first key.
    start: usize,
}

impl Notes {
    pub(super) fn of(document: &MarkedYaml<'_>) -> Self {
        let start = document.span.start.line();
        Self { faults: RefCell::default(), lines: RefCell::default(), unread: RefCell::default(), start }
    }

    /// Notes a fault at a path of the document, once.
    pub(super) fn add(&self, path: &str, text: impl Into<String>) {
        if self.unread.borrow().contains(path) {
            return;
        }
        let fault = FileFault { line: self.line(path), path: path.to_owned(), text: text.into() };
        let mut faults = self.faults.borrow_mut();
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    /// Takes the value, or notes the fault under `path`.
    pub(super) fn take<T>(&self, path: &str, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.add(&fault.clone().under(path).path, fault.text)).ok()
    }

    /// All faults so far.
    pub(super) fn into_faults(self) -> Vec<FileFault> {
        self.faults.into_inner()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.faults.borrow().is_empty()
    }

    /// The line of a value; of what it would stand in, when it is missing.
    fn line(&self, path: &str) -> usize {
        let lines = self.lines.borrow();
        let mut path = path;
        loop {
            if let Some(line) = lines.get(path) {
                return *line;
            }
            let Some(end) = path.rfind(['.', '[']) else { return self.start };
            path = &path[..end];
        }
    }
}

/// One mapping of a document.
pub(super) struct Section<'a> {
    notes: &'a Notes,
    path: String,
    entries: Vec<(String, &'a MarkedYaml<'a>)>,
}

impl<'a> Section<'a> {
    /// Starts reading; notes a fault when the node is no mapping.
    pub(super) fn new(notes: &'a Notes, path: String, node: &'a MarkedYaml<'a>) -> Self {
        let mut section = Self { notes, path, entries: Vec::new() };
        let YamlData::Mapping(mapping) = &node.data else {
            notes.add(&section.path, "Give keys and values here.");
            return section;
        };
        for (key, value) in mapping {
            if let YamlData::Value(Scalar::String(name)) = &key.data {
                notes.lines.borrow_mut().insert(section.path_of(name), key.span.start.line());
                section.entries.push((name.to_string(), value));
            } else {
                notes.add(&section.path, "A key is a word.");
            }
        }
        section
    }

    /// Text; empty when the key is missing or has no value.
    pub(super) fn text(&mut self, key: &str) -> String {
        match self.value(key).map(|node| &node.data) {
            None | Some(YamlData::Value(Scalar::Null)) => String::new(),
            Some(YamlData::Value(Scalar::String(text))) if text.contains('\0') => self.refuse(key, "Leave out \\0."),
            Some(YamlData::Value(Scalar::String(text))) => text.to_string(),
            Some(YamlData::Value(_)) => self.refuse(key, "Put this in quotes: it is a text."),
            Some(_) => self.refuse(key, "Give a text here."),
        }
    }

    /// A list of mappings, in which a plain text stands for the value of `key_of_text`; empty when the key is missing.
    pub(super) fn entries(&mut self, key: &str, key_of_text: &str) -> Vec<Section<'a>> {
        let path = self.path_of(key);
        let list = match self.value(key).map(|node| &node.data) {
            None | Some(YamlData::Value(Scalar::Null)) => return Vec::new(),
            Some(YamlData::Sequence(list)) => list,
            Some(_) => {
                self.refuse(key, "Give a list here.");
                return Vec::new();
            }
        };
        let line = |path: &str, node: &MarkedYaml<'_>| {
            self.notes.lines.borrow_mut().insert(path.to_owned(), node.span.start.line());
        };
        let entry = |(position, node): (usize, &'a MarkedYaml<'a>)| {
            let path = format!("{path}.{position}");
            line(&path, node);
            match &node.data {
                YamlData::Value(Scalar::String(_)) => {
                    Section { notes: self.notes, path, entries: vec![(key_of_text.to_owned(), node)] }
                }
                _ => Section::new(self.notes, path, node),
            }
        };
        list.iter().enumerate().map(entry).collect()
    }

    /// Notes a fault at a key.
    pub(super) fn note(&self, key: &str, text: &str) {
        self.notes.add(&self.path_of(key), text);
    }

    /// Nothing more is said of a key: what it lacks is told elsewhere.
    pub(super) fn excuse(&self, key: &str) {
        self.notes.unread.borrow_mut().insert(self.path_of(key));
    }

    /// A list of texts; empty when the key is missing.
    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let is_list = match self.value(key).map(|node| &node.data) {
            None | Some(YamlData::Value(Scalar::Null)) => true,
            Some(YamlData::Sequence(list)) => list.iter().all(|item| match &item.data {
                YamlData::Value(Scalar::String(text)) if !text.contains(['\0', '\n']) => {
                    texts.push(text.to_string());
                    true
                }
                _ => false,
            }),
            Some(_) => false,
        };
        if !is_list {
            self.refuse(key, "Give a list of texts here.");
        }
        texts
    }

    /// Text, or a whole number as text; empty when the key is missing or has no value.
    pub(super) fn text_or_number(&mut self, key: &str) -> String {
        let is_number = self
            .entries
            .iter()
            .any(|(name, node)| name == key && matches!(node.data, YamlData::Value(Scalar::Integer(_))));
        if is_number { self.number(key) } else { self.text(key) }
    }

    /// A whole number as text; empty when the key is missing.
    pub(super) fn number(&mut self, key: &str) -> String {
        match self.value(key).map(|node| &node.data) {
            None | Some(YamlData::Value(Scalar::Null)) => String::new(),
            Some(YamlData::Value(Scalar::Integer(number))) => number.to_string(),
            Some(_) => self.refuse(key, "Give a whole number here."),
        }
    }

    /// `true` or `false`; `None` when the key is missing.
    pub(super) fn yes_or_no(&mut self, key: &str) -> Option<bool> {
        match self.value(key).map(|node| &node.data) {
            None | Some(YamlData::Value(Scalar::Null)) => None,
            Some(YamlData::Value(Scalar::Boolean(given))) => Some(*given),
            Some(_) => {
                self.refuse(key, "Give true or false here.");
                None
            }
        }
    }

    /// Anything that JSON has; `None` when the key is missing.
    pub(super) fn json(&mut self, key: &str) -> Option<Value> {
        let node = self.value(key)?;
        let value = json_of(node);
        if value.is_none() {
            self.refuse(key, "Give a value that JSON has, with texts as keys.");
        }
        value.filter(|value| !value.is_null())
    }

    /// Something that reads itself, such as a mail as blocks; `None` when the key is missing, and, with a fault at the value, when
    /// it is none.
    pub(super) fn read<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let path = self.path_of(key);
        if let Some((_, node)) = self.entries.iter().find(|(name, _)| name == key) {
            self.note_lines(&path, node);
        }
        let read = serde_path_to_error::deserialize(self.json(key)?);
        read.map_err(|error| {
            let inner = error.path().to_string();
            let at = if inner == "." { path.clone() } else { format!("{path}.{inner}") };
            self.notes.add(&at, format!("{}.", error.inner()));
        })
        .ok()
    }

    /// Lines of everything in a value, as JSON names it: `design.rows[0].columns[1]`.
    fn note_lines(&self, path: &str, node: &MarkedYaml<'_>) {
        match &node.data {
            YamlData::Mapping(mapping) => {
                for (key, value) in mapping {
                    let YamlData::Value(Scalar::String(name)) = &key.data else { continue };
                    let path = format!("{path}.{name}");
                    self.notes.lines.borrow_mut().insert(path.clone(), key.span.start.line());
                    self.note_lines(&path, value);
                }
            }
            YamlData::Sequence(list) => {
                for (position, value) in list.iter().enumerate() {
                    let path = format!("{path}[{position}]");
                    self.notes.lines.borrow_mut().insert(path.clone(), value.span.start.line());
                    self.note_lines(&path, value);
                }
            }
            _ => {}
        }
    }

    /// One of the words of `T`; `None` when the key is missing, and, with a fault, when it is another word.
    pub(super) fn optional_word<T: std::str::FromStr<Err = Fault>>(&mut self, key: &str) -> Option<T> {
        let text = self.text(key);
        if text.is_empty() { None } else { self.notes.take(&self.path_of(key), text.parse()) }
    }

    /// The keys that were not asked for yet, in the order of the file.
    pub(super) fn keys(&self) -> Vec<String> {
        self.entries.iter().map(|(name, _)| name.clone()).collect()
    }

    /// One of the words of `T`; `None`, with a fault, when it is another one or missing.
    pub(super) fn word<T: std::str::FromStr<Err = Fault>>(&mut self, key: &str) -> Option<T> {
        let text = self.text(key);
        self.notes.take(&self.path_of(key), required_word(&text))
    }

    /// A mapping inside; without entries when the key is missing.
    pub(super) fn section(&mut self, key: &str) -> Section<'a> {
        let path = self.path_of(key);
        match self.value(key) {
            Some(node) if !matches!(node.data, YamlData::Value(Scalar::Null)) => Section::new(self.notes, path, node),
            _ => Section { notes: self.notes, path, entries: Vec::new() },
        }
    }

    /// The mappings of a list; none when the key is missing. They are named by their position.
    pub(super) fn list(&mut self, key: &str) -> Vec<Section<'a>> {
        let path = self.path_of(key);
        match self.value(key).map(|node| &node.data) {
            None | Some(YamlData::Value(Scalar::Null)) => Vec::new(),
            Some(YamlData::Sequence(nodes)) => nodes
                .iter()
                .enumerate()
                .map(|(position, node)| {
                    let path = format!("{path}.{position}");
                    self.notes.lines.borrow_mut().insert(path.clone(), node.span.start.line());
                    Section::new(self.notes, path, node)
                })
                .collect(),
            Some(_) => {
                self.refuse(key, "Give a list here.");
                Vec::new()
            }
        }
    }

    /// Ends reading: what nobody asked for is a fault.
    pub(super) fn end(self) {
        for (key, _) in &self.entries {
            self.notes.add(&self.path_of(key), format!("There is no key “{key}” here."));
        }
    }

    fn value(&mut self, key: &str) -> Option<&'a MarkedYaml<'a>> {
        let position = self.entries.iter().position(|(name, _)| name == key)?;
        Some(self.entries.swap_remove(position).1)
    }

    fn refuse(&self, key: &str, text: &str) -> String {
        let path = self.path_of(key);
        self.notes.add(&path, text);
        self.notes.unread.borrow_mut().insert(path);
        String::new()
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// The value as JSON; `None` when something in it has no place there.
fn json_of(node: &MarkedYaml<'_>) -> Option<Value> {
    Some(match &node.data {
        YamlData::Value(Scalar::Null) => Value::Null,
        YamlData::Value(Scalar::Boolean(truth)) => (*truth).into(),
        YamlData::Value(Scalar::Integer(number)) => (*number).into(),
        YamlData::Value(Scalar::FloatingPoint(number)) => serde_json::Number::from_f64(number.into_inner())?.into(),
        YamlData::Value(Scalar::String(text)) => text.to_string().into(),
        YamlData::Sequence(list) => Value::Array(list.iter().map(json_of).collect::<Option<_>>()?),
        YamlData::Mapping(mapping) => {
            let field = |(key, value): (&MarkedYaml<'_>, &MarkedYaml<'_>)| {
                let YamlData::Value(Scalar::String(name)) = &key.data else { return None };
                Some((name.to_string(), json_of(value)?))
            };
            Value::Object(mapping.iter().map(field).collect::<Option<Map<_, _>>>()?)
        }
        _ => return None,
    })
}

//! Turns `locales/<language>/<group>.json` into Rust: one struct per group with one field per text. A text with
//! placeholders (`"Saved {time}"`) becomes a method with one argument per placeholder. A text that is missing in one
//! language, or has other placeholders there, stops the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

type Group = BTreeMap<String, String>;

fn main() {
    println!("cargo:rerun-if-changed=locales");
    let english = read(Path::new("locales/en"));
    let korean = read(Path::new("locales/ko"));
    compare(&english, &korean);
    let mut code = String::new();
    for (group, texts) in &english {
        write_group(&mut code, group, texts);
    }
    code.push_str("/// Every text of the console in one language.\npub struct Texts {\n");
    for group in english.keys() {
        let _ = writeln!(code, "    pub {group}: {},", type_name(group));
    }
    code.push_str("}\n");
    for (name, language) in [("ENGLISH", &english), ("KOREAN", &korean)] {
        let _ = writeln!(code, "pub static {name}: Texts = Texts {{");
        for (group, texts) in language {
            let _ = writeln!(code, "    {group}: {} {{", type_name(group));
            for (key, text) in texts {
                let _ = writeln!(code, "        {}: {text:?},", field(key, text));
            }
            code.push_str("    },\n");
        }
        code.push_str("};\n");
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    let target = Path::new(&out).join("texts.rs");
    fs::write(target, code).expect("the build folder can be written");
}

fn read(folder: &Path) -> BTreeMap<String, Group> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .map(|file| {
            let path = file.expect("the folder can be read").path();
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("the file can be read");
            let group = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name, group)
        })
        .collect()
}

fn compare(english: &BTreeMap<String, Group>, korean: &BTreeMap<String, Group>) {
    let shape = |language: &BTreeMap<String, Group>| -> BTreeSet<String> {
        let of_group = |(group, texts): (&String, &Group)| -> Vec<String> {
            let line = |(key, text): (&String, &String)| {
                let mut names = placeholders(text);
                names.sort();
                format!("{group}.{key} {{{}}}", names.join(", "))
            };
            texts.iter().map(line).collect()
        };
        language.iter().flat_map(of_group).collect()
    };
    let (english, korean) = (shape(english), shape(korean));
    let differing: Vec<&String> = english.symmetric_difference(&korean).collect();
    assert!(differing.is_empty(), "texts that only one language has (or with other placeholders): {differing:#?}");
}

fn write_group(code: &mut String, group: &str, texts: &Group) {
    let name = type_name(group);
    let _ = writeln!(code, "pub struct {name} {{");
    for (key, text) in texts {
        let visibility = if placeholders(text).is_empty() { "pub " } else { "" };
        let _ = writeln!(code, "    {visibility}{}: &'static str,", field(key, text));
    }
    let _ = writeln!(code, "}}\nimpl {name} {{");
    for (key, text) in texts {
        let names = placeholders(text);
        if !names.is_empty() {
            let arguments: String = names.iter().map(|name| format!(", {name}: impl std::fmt::Display")).collect();
            let values: String = names.iter().map(|name| format!("({name:?}, {name}.to_string()), ")).collect();
            let _ = writeln!(
                code,
                "    pub fn {key}(&self{arguments}) -> String {{ fill(self.{}, &[{values}]) }}",
                field(key, text)
            );
        }
    }
    code.push_str(
        "    /// The text with this key, for keys that are only known at run time; only those without placeholders.\n",
    );
    code.push_str("    pub fn of(&self, key: &str) -> Option<&'static str> {\n        match key {\n");
    for (key, text) in texts.iter().filter(|(_, text)| placeholders(text).is_empty()) {
        let _ = writeln!(code, "            {key:?} => Some(self.{}),", field(key, text));
    }
    code.push_str("            _ => None,\n        }\n    }\n}\n");
}

/// A text with placeholders is kept in a private field beside its method.
fn field(key: &str, text: &str) -> String {
    if placeholders(text).is_empty() { key.to_owned() } else { format!("{key}_template") }
}

/// Names in braces, in order, each once.
fn placeholders(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}')
            && !name.is_empty()
            && name.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_')
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

fn type_name(group: &str) -> String {
    group.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).chain(["Texts".to_owned()]).collect()
}

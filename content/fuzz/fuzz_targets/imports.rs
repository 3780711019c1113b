//! No source may crash or stall the import, or make it grow; what it makes is taken by our guards, or told.
#![no_main]

use content::{Compiled, import};
use domain::content::EmailContent;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    let imported = import(source);
    assert!(imported.text.len() <= source.len() * 16 + 200);
    // A blank mail is no mail, whatever it was made of.
    let html = format!("-{}", imported.text);
    let content = EmailContent { subject: "x".into(), html, ..Default::default() }.into();
    assert!(Compiled::compile(&content).is_ok() || !imported.notes.is_empty());
});

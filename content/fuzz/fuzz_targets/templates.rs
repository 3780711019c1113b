//! No template may crash, stall or bloat, whatever its bytes are.
#![no_main]

use content::{Compiled, example_data, preview};
use domain::content::EmailContent;
use domain::variable::VariableRules;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|html: &str| {
    let content = EmailContent { subject: "x".into(), html: html.into(), ..Default::default() }.into();
    let data = example_data();
    if let Ok(compiled) = Compiled::compile(&content)
        && let Ok(rendered) = compiled.render(&data)
    {
        assert!(rendered.email().is_some_and(|email| email.html.len() <= 1024 * 1024 + 4096));
    }
    let _ = preview(&content, &VariableRules::new(), &data);
});

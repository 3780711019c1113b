//! A design as MJML, templates inside.

use domain::design::{Column, Design, Row, Theme};

use super::block::BlockWriter;
use super::look::{line, mixed, room, stack, styles};
use super::prose::{Look, plain};
use super::show::Chain;

/// The design as MJML: what [`super::mjml_html`] makes HTML of. Tags that decide what is shown stand in `mj-raw` around whole
/// rows and blocks, so that the mail is well-formed whatever is left out.
pub fn design_mjml(design: &Design) -> String {
    let Design { theme, language, title, .. } = design;
    let lang = if language.is_empty() { String::new() } else { format!(" lang=\"{}\"", plain(language)) };
    let mut mjml = format!("<mjml{lang}>\n<mj-head>\n");
    if !title.trim().is_empty() {
        mjml.push_str(&format!("<mj-title>{}</mj-title>\n", plain(title)));
    }
    mjml.push_str(&format!(
        "<mj-attributes><mj-all font-family=\"{}\" />\
        <mj-text padding=\"0\" line-height=\"1.6\" font-size=\"{size}px\" color=\"{text}\" /></mj-attributes>\n",
        stack(theme.font),
        size = theme.font_size,
        text = theme.text
    ));
    if theme.dark.is_some() {
        mjml.push_str(
            "<mj-raw><meta name=\"color-scheme\" content=\"light dark\">\
            <meta name=\"supported-color-schemes\" content=\"light dark\"></mj-raw>\n",
        );
    }
    let styles = styles(theme, language);
    if !styles.is_empty() {
        mjml.push_str(&format!("<mj-style>{styles}</mj-style>\n"));
    }
    mjml.push_str(&format!(
        "</mj-head>\n<mj-body width=\"{}px\" background-color=\"{}\" css-class=\"hm-back\">\n",
        theme.width, theme.backdrop
    ));
    let mut chain = Chain::default();
    for part in &design.rows {
        tags(&mut mjml, &chain.before(&part.show));
        row(&mut mjml, part, design);
    }
    tags(&mut mjml, chain.end());
    mjml.push_str("</mj-body>\n</mjml>\n");
    mjml
}

/// Tags of the template between parts.
pub(super) fn tags(mjml: &mut String, tags: &str) {
    if !tags.is_empty() {
        mjml.push_str(&format!("<mj-raw>{tags}</mj-raw>\n"));
    }
}

fn row(mjml: &mut String, row: &Row, design: &Design) {
    let theme = &design.theme;
    let is_own = row.background.is_some() || !row.background_image.trim().is_empty();
    let background = row.background.as_ref().unwrap_or(&theme.background);
    let mut picture = String::new();
    if !row.background_image.trim().is_empty() {
        let address = plain(row.background_image.trim());
        picture = format!(
            " background-url=\"{address}\" background-size=\"cover\" background-repeat=\"no-repeat\" background-position=\"center center\""
        );
    }
    let class = if is_own { "" } else { " css-class=\"hm-mail\"" };
    mjml.push_str(&format!(
        "<mj-section background-color=\"{background}\" padding=\"{}\"{picture}{class}>\n",
        room(row.padding)
    ));
    // Columns of a group stay side by side.
    let is_group = !row.stack && row.columns.len() > 1;
    mjml.push_str(if is_group { "<mj-group>\n" } else { "" });
    for part in &row.columns {
        column(mjml, part, design, is_own);
    }
    mjml.push_str(if is_group { "</mj-group>\n" } else { "" });
    mjml.push_str("</mj-section>\n");
}

fn column(mjml: &mut String, column: &Column, design: &Design, is_own: bool) {
    let Theme { text, background, link, font_size, .. } = &design.theme;
    let own = column.background.as_ref().map(|color| format!(" background-color=\"{color}\"")).unwrap_or_default();
    mjml.push_str(&format!("<mj-column width=\"{}%\"{own}>\n", column.width));
    let writer = BlockWriter {
        design,
        look: Look { link: link.to_string(), size: u32::from(*font_size) },
        line: line(&design.theme),
        quiet: mixed(text, background, 72),
        is_own: is_own || column.background.is_some(),
    };
    let mut chain = Chain::default();
    for block in &column.blocks {
        tags(mjml, &chain.before(&block.show));
        writer.write(mjml, block);
    }
    tags(mjml, chain.end());
    mjml.push_str("</mj-column>\n");
}

//! The blocks of a design as MJML.

use domain::design::{Alignment, Block, BlockKind, ButtonBlock, Design, ImageBlock, ProductList, SocialLink};

use super::look::{badge, room, stack};
use super::prose::{Look, dressed, plain};

/// Writes the blocks of one column.
pub(super) struct BlockWriter<'d> {
    pub(super) design: &'d Design,
    pub(super) look: Look,
    /// Colour of lines.
    pub(super) line: String,
    /// Colour of what is less important.
    pub(super) quiet: String,
    /// What is behind the column has colours of its own, which stay at night.
    pub(super) is_own: bool,
}

impl BlockWriter<'_> {
    pub(super) fn write(&self, mjml: &mut String, block: &Block) {
        let is_own = self.is_own || block.background.is_some();
        let mut around = format!(" padding=\"{}\"", room(block.padding));
        if let Some(color) = &block.background {
            around.push_str(&format!(" container-background-color=\"{color}\""));
        }
        let text = if is_own { around.clone() } else { format!("{around} css-class=\"hm-text\"") };
        mjml.push_str(&match &block.kind {
            BlockKind::Text { html, align } => {
                format!("<mj-text{text}{}>{}</mj-text>\n", aligned(*align), dressed(html, &self.look))
            }
            BlockKind::Button(button) => self.button(button, &around),
            BlockKind::Image(image) => picture(image, &around),
            BlockKind::Divider { color, thickness } => {
                let class = if color.is_none() && !is_own { " css-class=\"hm-line\"" } else { "" };
                let color = color.as_ref().map_or(self.line.clone(), ToString::to_string);
                format!("<mj-divider{around} border-width=\"{thickness}px\" border-color=\"{color}\"{class} />\n")
            }
            // The room around it would make it higher than it says.
            BlockKind::Spacer { height } => {
                let color = block.background.as_ref().map(|color| format!(" container-background-color=\"{color}\""));
                format!("<mj-spacer padding=\"0\" height=\"{height}px\"{} />\n", color.unwrap_or_default())
            }
            BlockKind::Social { links, align } => {
                format!("<mj-text{around}{}>{}</mj-text>\n", aligned(*align), self.badges(links))
            }
            BlockKind::Html { source } => format!("<mj-text{text}>{source}</mj-text>\n"),
            BlockKind::Fragment { name } if name.trim().is_empty() => String::new(),
            BlockKind::Fragment { name } => {
                format!("<mj-text{text}>{{{{ fragment(\"{}\") }}}}</mj-text>\n", name.trim())
            }
            BlockKind::ProductList(list) => {
                format!("<mj-text{text}>{}</mj-text>\n", self.products(list))
            }
            BlockKind::Unsubscribe { text: words, align } => self.place(words, "unsubscribe_url", *align, &text),
            BlockKind::Mirror { text: words, align } => self.place(words, "mirror_url", *align, &text),
        });
    }

    fn button(&self, button: &ButtonBlock, around: &str) -> String {
        let theme = &self.design.theme;
        format!(
            "<mj-button{around} href=\"{}\"{}{} background-color=\"{}\" color=\"{}\" border-radius=\"{}px\" \
            font-size=\"{}px\" font-weight=\"600\" inner-padding=\"13px 26px\">{}</mj-button>\n",
            plain(button.href.trim()),
            aligned(button.align),
            if button.full_width { " width=\"100%\"" } else { "" },
            button.color.as_ref().unwrap_or(&theme.button),
            button.text_color.as_ref().unwrap_or(&theme.button_text),
            theme.radius,
            theme.font_size,
            plain(&button.label)
        )
    }

    /// No pictures of other hosts: a badge is a link in the colours of its network.
    fn badges(&self, links: &[SocialLink]) -> String {
        let theme = &self.design.theme;
        let one = |link: &SocialLink| {
            let (name, colors) = badge(link.network, &self.design.language);
            let own = (theme.button.as_str(), theme.button_text.as_str());
            let (color, letters) = colors.unwrap_or(own);
            format!(
                "<a href=\"{}\" target=\"_blank\" style=\"display:inline-block;margin:0 3px 6px;padding:5px 12px;border-radius:{}px;\
                background:{color};color:{letters};font-size:13px;line-height:20px;text-decoration:none\">{name}</a>",
                plain(link.href.trim()),
                theme.radius
            )
        };
        links.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    fn place(&self, words: &str, name: &str, align: Alignment, around: &str) -> String {
        let size = (self.look.size * 13 / 16).max(12);
        let Self { quiet, .. } = self;
        format!(
            "<mj-text{around}{} font-size=\"{size}px\" color=\"{quiet}\">\
            <a href=\"{{{{ {name} }}}}\" style=\"color:{quiet};text-decoration:underline\">{}</a></mj-text>\n",
            aligned(align),
            plain(words)
        )
    }

    fn products(&self, list: &ProductList) -> String {
        let Self { line, quiet, look, .. } = self;
        let cell = format!("padding:12px 0;border-bottom:1px solid {line};vertical-align:top");
        let href = plain(list.href.trim());
        let linked = |inner: &str, style: &str| match href.as_str() {
            "" => inner.to_owned(),
            href => format!("<a href=\"{href}\" target=\"_blank\" style=\"{style}\">{inner}</a>"),
        };
        let mut cells = String::new();
        let mut columns = 1;
        if !list.image.trim().is_empty() {
            columns += 1;
            // What it shows stands beside it.
            let image = format!(
                "<img src=\"{}\" alt=\"\" width=\"64\" style=\"display:block;width:64px;height:auto;border:0;border-radius:4px\">",
                plain(list.image.trim())
            );
            cells.push_str(&format!("<td width=\"64\" style=\"{cell};width:64px;padding-right:16px\">{image}</td>"));
        }
        let title = linked(&plain(&list.title), &format!("color:{};text-decoration:none", look.link));
        let mut words = format!("<strong>{title}</strong>");
        if !list.text.trim().is_empty() {
            let small = (look.size * 14 / 16).max(12);
            words.push_str(&format!(
                "<br><span style=\"color:{quiet};font-size:{small}px\">{}</span>",
                plain(&list.text)
            ));
        }
        cells.push_str(&format!("<td style=\"{cell}\">{words}</td>"));
        if !list.price.trim().is_empty() {
            columns += 1;
            cells.push_str(&format!(
                "<td align=\"right\" style=\"{cell};padding-left:16px;text-align:right;white-space:nowrap\">{}</td>",
                plain(&list.price)
            ));
        }
        let empty = match list.empty.trim() {
            "" => String::new(),
            words => format!("<tr><td colspan=\"{columns}\" style=\"{cell}\">{}</td></tr>", plain(words)),
        };
        let rows = match list.list.trim() {
            "" => empty,
            path => {
                let empty = if empty.is_empty() { empty } else { format!("{{% else %}}{empty}") };
                format!("{{% for item in {} %}}<tr>{cells}</tr>{empty}{{% endfor %}}", super::show::path(path))
            }
        };
        // Not `mj-table`, which cannot say that it is no table of figures. Old programs hand no letters down into tables.
        let theme = &self.design.theme;
        format!(
            "<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\" width=\"100%\" style=\"width:100%;\
            border-collapse:collapse;color:{};font-family:{};font-size:{}px;line-height:1.5\">{rows}</table>",
            theme.text,
            stack(theme.font),
            theme.font_size
        )
    }
}

fn picture(image: &ImageBlock, around: &str) -> String {
    let alt = if image.decorative { String::new() } else { plain(&image.alt) };
    let width = image.width.map(|width| format!(" width=\"{width}px\"")).unwrap_or_default();
    let href = match image.href.trim() {
        "" => String::new(),
        href => format!(" href=\"{}\"", plain(href)),
    };
    format!(
        "<mj-image{around} src=\"{}\" alt=\"{alt}\"{href}{width}{} />\n",
        plain(image.src.trim()),
        aligned(image.align)
    )
}

fn aligned(align: Alignment) -> String {
    format!(" align=\"{align}\"")
}

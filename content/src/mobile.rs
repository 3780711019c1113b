//! The templates of a mobile message.

use domain::Fault;
use domain::content::{MobileContent, MobileKind, RenderedMobile};

use crate::compiled::{Compiler, Renderer};
use crate::links::Link;
use crate::render::Part;
use crate::short_links::ShortLinks;
use crate::{short_links, web_address};

const TITLE: &str = "content.title";
const MEDIA_URL: &str = "content.mediaUrl";
pub(crate) const TEXT: &str = "content.text";

/// Longest text of an SMS and of an MMS in characters (reference §5.3).
const fn text_max(kind: MobileKind) -> usize {
    match kind {
        MobileKind::Sms => 1_500,
        MobileKind::Mms => 1_600,
    }
}

#[derive(Debug)]
pub(crate) struct Mobile {
    kind: MobileKind,
    title: Part,
    media_url: Part,
    text: Part,
    /// Those of the text that become short ones.
    pub(crate) links: Vec<Link>,
}

impl Mobile {
    /// An SMS has no title and no media, whatever was written when it was an MMS.
    pub(crate) fn compile(compiler: &mut Compiler, content: &MobileContent) -> Self {
        let is_mms = content.kind == MobileKind::Mms;
        let mut of_mms = |path, source: &str| if is_mms { compiler.part(path, source) } else { Part::default() };
        let (title, media_url) = (of_mms(TITLE, &content.title), of_mms(MEDIA_URL, &content.media_url));
        let (text, links) =
            if content.shorten_links { short_links::mark(&content.text) } else { (content.text.clone(), Vec::new()) };
        Self { kind: content.kind, title, media_url, text: compiler.part(TEXT, &text), links }
    }

    /// Without [`ShortLinks`] links stay as they are written.
    pub(crate) fn render(
        &self,
        renderer: &mut Renderer<'_>,
        short: Option<&dyn ShortLinks>,
    ) -> Result<RenderedMobile, Fault> {
        let title = renderer.line(&self.title, TITLE)?;
        let media_url = renderer.line(&self.media_url, MEDIA_URL)?;
        if self.kind == MobileKind::Mms && !self.media_url.is_blank() {
            renderer.demand(web_address::is_good(&media_url), || web_address::fault(MEDIA_URL))?;
        }
        let text = clean(&renderer.text(&self.text, TEXT)?);
        let text = short_links::fill(&text, short).into_owned();
        let needed = self.kind == MobileKind::Sms && !self.text.is_blank();
        renderer.demand(!needed || !text.is_empty(), || {
            Fault::new(TEXT, "empty_text", "The text is empty for this recipient.")
        })?;
        let most = text_max(self.kind);
        renderer.demand(text.chars().count() <= most, || {
            Fault::new(TEXT, "text_too_long", format!("The text has more than {most} characters for this recipient."))
        })?;
        Ok(RenderedMobile { kind: self.kind, text, title, media_url })
    }
}

/// Without control characters but line feeds, and without white space around it.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |letter: &char| *letter == '\n' || !letter.is_control();
    text.chars().filter(kept).collect::<String>().trim().to_owned()
}

//! The templates of a mobile message.

use domain::Fault;
use domain::content::{MobileContent, MobileKind, RenderedMobile};
use domain::rcs;

use crate::compiled::{Compiler, Renderer};
use crate::links::Link;
use crate::rcs::Rcs;
use crate::render::Part;
use crate::short_links::ShortLinks;
use crate::{short_links, web_address};

const TITLE: &str = "content.title";
const MEDIA_URL: &str = "content.mediaUrl";
pub(crate) const TEXT: &str = "content.text";

/// Longest text of an SMS in characters (reference §5.3).
pub(crate) const SMS_MAX: usize = 1_500;

/// Longest text in characters (reference §5.3).
const fn text_max(kind: MobileKind) -> usize {
    match kind {
        MobileKind::Sms => SMS_MAX,
        MobileKind::Mms => 1_600,
        MobileKind::Rcs => rcs::TEXT_MAX,
    }
}

#[derive(Debug)]
pub(crate) struct Mobile {
    kind: MobileKind,
    title: Part,
    media_url: Part,
    text: Part,
    rcs: Option<Rcs>,
    /// Those of the text that become short ones.
    pub(crate) links: Vec<Link>,
}

impl Mobile {
    /// An SMS has no title, no media and no cards, whatever was written when it was another kind.
    pub(crate) fn compile(compiler: &mut Compiler, content: &MobileContent) -> Self {
        let mut shown = |is_shown: bool, path, source: &str| {
            if is_shown { compiler.part(path, source) } else { Part::default() }
        };
        let title = shown(content.kind == MobileKind::Mms, TITLE, &content.title);
        let media_url = shown(content.has_media(), MEDIA_URL, &content.media_url);
        let (text, links) = if content.has_text() && content.shorten_links {
            short_links::mark(&content.text)
        } else {
            (content.text.clone(), Vec::new())
        };
        let text = shown(content.has_text(), TEXT, &text);
        let rcs = (content.kind == MobileKind::Rcs).then(|| Rcs::compile(compiler, content));
        Self { kind: content.kind, title, media_url, text, rcs, links }
    }

    /// Without [`ShortLinks`] links stay as they are written.
    pub(crate) fn render(
        &self,
        renderer: &mut Renderer<'_>,
        short: Option<&dyn ShortLinks>,
    ) -> Result<RenderedMobile, Fault> {
        let title = renderer.line(&self.title, TITLE)?;
        let media_url = renderer.line(&self.media_url, MEDIA_URL)?;
        if !self.media_url.is_blank() {
            let varies = self.media_url.varies();
            renderer.demand(varies, web_address::is_good(&media_url), || web_address::fault(MEDIA_URL))?;
        }
        let text = clean(&renderer.text(&self.text, TEXT)?);
        let text = short_links::fill(&text, short).into_owned();
        let needed = self.kind != MobileKind::Mms && !self.text.is_blank();
        let varies = self.text.varies();
        renderer
            .demand(varies, !needed || !text.is_empty(), || Fault::new(TEXT, "empty_text", "The text is empty."))?;
        let most = text_max(self.kind);
        renderer.demand(varies, text.chars().count() <= most, || {
            Fault::new(TEXT, "text_too_long", format!("The text has more than {most} characters."))
        })?;
        let rcs = self.rcs.as_ref().map(|rcs| rcs.render(renderer)).transpose()?;
        Ok(RenderedMobile { kind: self.kind, text, title, media_url, rcs })
    }
}

/// Without control characters but line feeds, and without white space around it.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |letter: &char| *letter == '\n' || !letter.is_control();
    text.chars().filter(kept).collect::<String>().trim().to_owned()
}

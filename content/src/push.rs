//! The templates of a push notification.

use std::collections::BTreeMap;

use domain::Fault;
use domain::content::{ClickAction, PushContent, PushKind, RenderedPush};

use crate::compiled::{Compiler, Renderer};
use crate::live_activity::Activity;
use crate::render::Part;
use crate::web_address;

const TITLE: &str = "content.title";
const BODY: &str = "content.body";
const CLICK_URL: &str = "content.clickUrl";
const IMAGE_URL: &str = "content.imageUrl";
const BADGE: &str = "content.badge";
const COLLAPSE_KEY: &str = "content.collapseKey";
const DATA: &str = "content.data";
/// Longest key in characters (reference §5.4).
const KEY_MAX: usize = 50;

#[derive(Debug)]
pub(crate) struct Push {
    /// What is no template, and goes as it is.
    fixed: PushContent,
    title: Part,
    body: Part,
    click_url: Part,
    image_url: Part,
    badge: Part,
    collapse_key: Part,
    /// Name, path, template.
    data: Vec<(String, String, Part)>,
    /// Of a live activity, which has no data but this.
    pub(crate) activity: Option<Activity>,
}

impl Push {
    pub(crate) fn compile(compiler: &mut Compiler, content: &PushContent) -> Self {
        let mut of_data = |(name, source): (&String, &String)| {
            let path = format!("{DATA}.{name}");
            let part = compiler.part_of(DATA, &path, source);
            (name.clone(), path, part)
        };
        let is_activity = content.kind == PushKind::LiveActivity;
        let data = content.data.iter().filter(|_| !is_activity).map(&mut of_data).collect();
        let mut when =
            |is_read, path, source: &str| if is_read { compiler.part(path, source) } else { Part::default() };
        let is_seen = content.kind == PushKind::Message;
        Self {
            title: when(is_seen || is_activity, TITLE, &content.title),
            body: when(is_seen || is_activity, BODY, &content.body),
            click_url: when(is_seen, CLICK_URL, &content.click_url),
            image_url: when(is_seen, IMAGE_URL, &content.image_url),
            badge: when(is_seen, BADGE, &content.badge),
            collapse_key: when(!is_activity, COLLAPSE_KEY, &content.collapse_key),
            data,
            activity: is_activity.then(|| Activity::compile(compiler, &content.activity)),
            fixed: content.clone(),
        }
    }

    pub(crate) fn render(&self, renderer: &mut Renderer<'_>) -> Result<RenderedPush, Fault> {
        let title = renderer.line(&self.title, TITLE)?;
        let body = renderer.text(&self.body, BODY)?.trim().to_owned();
        let is_empty = title.is_empty() && body.is_empty();
        let has_text = self.fixed.kind == PushKind::Message && !self.body.is_blank();
        let varies = self.title.varies() || self.body.varies();
        renderer
            .demand(varies, !(has_text && is_empty), || Fault::new(BODY, "empty_text", "Title and text are empty."))?;
        let (click_action, click_url) = self.render_click(renderer)?;
        let image_url = renderer.line(&self.image_url, IMAGE_URL)?;
        let is_good = image_url.is_empty() || web_address::is_good(&image_url);
        renderer.demand(self.image_url.varies(), is_good, || web_address::fault(IMAGE_URL))?;
        let collapse_key = renderer.line(&self.collapse_key, COLLAPSE_KEY)?;
        renderer.demand(self.collapse_key.varies(), collapse_key.chars().count() <= KEY_MAX, || {
            Fault::new(COLLAPSE_KEY, "too_long", format!("The key has more than {KEY_MAX} characters."))
        })?;
        let badge = self.render_badge(renderer)?;
        let data = self.render_data(renderer)?;
        let activity = self
            .activity
            .as_ref()
            .map(|activity| activity.render(renderer, (varies, !is_empty)))
            .transpose()?
            .map(Box::new);
        let PushContent { kind, sound, priority, ios_thread, android_channel, .. } = self.fixed.clone();
        Ok(RenderedPush {
            kind,
            title,
            body,
            click_action,
            click_url,
            image_url,
            badge,
            sound,
            collapse_key,
            priority,
            ios_thread,
            android_channel,
            data,
            activity,
        })
    }

    fn render_click(&self, renderer: &mut Renderer<'_>) -> Result<(ClickAction, String), Fault> {
        let action = self.fixed.click_action;
        if action == ClickAction::OpenApp || self.click_url.is_blank() {
            return Ok((action, String::new()));
        }
        let url = renderer.line(&self.click_url, CLICK_URL)?;
        let is_good = match action {
            ClickAction::WebUrl => web_address::is_good(&url),
            ClickAction::OpenApp | ClickAction::DeepLink => web_address::is_good_link(&url),
        };
        renderer.demand(self.click_url.varies(), is_good, || web_address::fault(CLICK_URL))?;
        Ok((action, url))
    }

    fn render_badge(&self, renderer: &mut Renderer<'_>) -> Result<Option<u32>, Fault> {
        let text = renderer.line(&self.badge, BADGE)?;
        let number = text.parse().ok();
        renderer.demand(self.badge.varies(), text.is_empty() || number.is_some(), || {
            Fault::new(BADGE, "bad_badge", "The badge is not a whole number.")
        })?;
        Ok(number)
    }

    fn render_data(&self, renderer: &mut Renderer<'_>) -> Result<BTreeMap<String, String>, Fault> {
        self.data.iter().map(|(name, path, part)| Ok((name.clone(), renderer.text(part, path)?))).collect()
    }
}

//! Rich messages: out as RCS, and once as SMS where RCS does not reach.

use std::time::Duration;

use crate::support::provider::{Asked, Provider};
use crate::support::shop::{ANN, Shop, caller, outcomes};
use crate::support::texting::call_back;
use crate::support::{World, dev};
use domain::id::{CampaignId, ChannelConfigurationId};
use domain::message::MessageDetail;
use domain::sandbox::SandboxMode;
use domain::timeline::What;
use http::HeaderMap;
use serde_json::{Value, json};

const KIM: &str = "+821012345678";
const TAKEN: (u16, &str) =
    (200, r#"{"messages": [{"messageId": "p-1", "status": {"groupName": "PENDING", "name": "PENDING_ENROUTE"}}]}"#);
const SILENCE: (u16, &str) = (0, "");
const HALF: Duration = Duration::from_secs(30 * 60);
/// Basic authentication of `hermod:geheim`.
const PROOF: &str = "Basic aGVybW9kOmdlaGVpbQ==";
const CAROUSEL: &str = "
  kind: rcs
  rcs:
    kind: carousel
    cards:
      - title: 'Order {{ context.code }}'
        mediaUrl: https://cdn.example.com/tea.png
        suggestions:
          - { kind: open_url, label: Track, target: 'https://example.com/{{ context.code }}', webview: tall }
      - { title: Questions?, description: We are there. }
    suggestions:
      - { label: Thanks }
    fallbackText: 'Order {{ context.code }} is on its way.'
    fallbackAfterMinutes: 30
";

fn refused(name: &str) -> (u16, String) {
    let status = json!({"groupName": "REJECTED", "name": name, "description": "No."});
    (200, json!({"messages": [{"messageId": "p-1", "status": status}]}).to_string())
}

struct Rich {
    shop: Shop,
    configuration: ChannelConfigurationId,
}

impl Rich {
    /// A live campaign with this content over Infobip, which has an RCS sender, or over another transport.
    async fn open(world: &World, transport: &str, content: &str) -> Self {
        let yaml = format!(
            "kind: channel-configuration\nname: Rich\nchannel: mobile\ncategory: transactional\nstatus: active\n\
             fromNumber: '+15005550006'\ntransport: {transport}\n---\nkind: campaign\nname: Rich\nchannel: mobile\n\
             category: transactional\nconfiguration: Rich\nstatus: live\ncontent:{content}"
        );
        world.set_sandbox_mode(&dev(), SandboxMode::Live).await.unwrap();
        let applied = world.apply_file(Some(&dev()), &yaml, ANN).await.unwrap_or_else(|error| panic!("{error:?}"));
        let campaign: CampaignId = applied.last().unwrap().id.parse().unwrap();
        let configuration = applied.first().unwrap().id.parse().unwrap();
        Self { shop: Shop { sandbox: dev(), campaign, caller: caller(world, &dev()).await }, configuration }
    }

    async fn over(world: &World, provider: &Provider) -> Self {
        Self::open(world, &infobip(provider, "rcsSender: Shop"), CAROUSEL).await
    }

    async fn send(&self, world: &World, request_id: &str) -> MessageDetail {
        let kim = json!({"type": "external", "userId": KIM, "namespace": "phone", "context": {"code": 7}});
        let accepted = self.shop.trigger(world, self.shop.request_with(request_id, vec![kim])).await.unwrap();
        world.drain().await.unwrap();
        self.shop.story(world, &accepted.execution_id).await
    }

    /// What Infobip tells of the message that it knows under this reference.
    async fn tell(&self, world: &World, reference: &str, group: &str, name: &str) {
        let status = json!({"groupName": group, "name": name, "description": "So it is."});
        let body =
            json!({"results": [{"messageId": reference, "callbackData": reference, "status": status}]}).to_string();
        let url = world.callback_url(&self.configuration).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("authorization", PROOF.parse().unwrap());
        call_back(world, &self.configuration, &url, headers, &body).await.unwrap();
        world.drain().await.unwrap();
    }
}

fn infobip(provider: &Provider, more: &str) -> String {
    let account = "apiKey: k, callbackUser: hermod, callbackPassword: geheim";
    format!("{{ kind: infobip, baseUrl: '{}', {account}, {more} }}", provider.url)
}

fn paths(asked: &[Asked]) -> Vec<&str> {
    asked.iter().map(|asked| asked.path.as_str()).collect()
}

/// The message in a request.
fn message(asked: &Asked) -> Value {
    serde_json::from_str::<Value>(&asked.body).unwrap()["messages"][0].take()
}

fn reference(asked: &Asked) -> String {
    message(asked)["destinations"][0]["messageId"].as_str().unwrap().to_owned()
}

fn state(story: &MessageDetail) -> (&str, Option<&str>) {
    (story.message.state.as_str(), story.message.reason.as_deref())
}

/// Why it fell back, in the places of the story where it says so.
fn turns(story: &MessageDetail) -> Vec<(usize, String)> {
    let events = story.timeline().into_iter().enumerate();
    let turn = |(place, event): (usize, domain::timeline::Event)| match event.what {
        What::FellBack { reason, .. } => Some((place, reason)),
        _ => None,
    };
    events.filter_map(turn).collect()
}

async fn again(world: &World, story: &MessageDetail) -> MessageDetail {
    world.find_message(&dev(), &story.message.id).await.unwrap()
}

const RCS: &str = "/rcs/2/messages";
const SMS: &str = "/sms/3/messages";

on_both!(a_rich_message_goes_as_rcs_and_no_sms_follows, |world| async {
    let provider = Provider::start(&[TAKEN]).await;
    let rich = Rich::over(world, &provider).await;
    let story = rich.send(world, "r-1").await;
    assert_eq!((state(&story), story.attempts[0].via.as_str()), (("sent", None), "infobip rcs"));
    let asked = provider.asked();
    assert_eq!(paths(&asked), [RCS]);
    let content = &message(&asked[0])["content"];
    assert_eq!((&content["type"], &content["contents"][0]["title"]), (&"CAROUSEL".into(), &"Order 7".into()));
    assert_eq!(content["contents"][0]["suggestions"][0]["url"], "https://example.com/7");
    rich.tell(world, &reference(&asked[0]), "DELIVERED", "DELIVERED_TO_HANDSET").await;
    let story = again(world, &story).await;
    assert_eq!((state(&story), story.fallback.clone(), turns(&story)), (("delivered", None), None, vec![]));
    // What was delivered once and then called lost is not sent again.
    rich.tell(world, &reference(&asked[0]), "UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED").await;
    assert_eq!((again(world, &story).await.fallback, provider.asked().len()), (None, 1));
});

on_both!(a_message_that_rcs_refuses_goes_as_sms_once, |world| async {
    let (refused, also) = (refused("REJECTED_NETWORK"), refused("REJECTED_ROUTE_NOT_AVAILABLE"));
    let provider = Provider::start(&[(refused.0, &refused.1), TAKEN, (refused.0, &refused.1), (also.0, &also.1)]).await;
    let rich = Rich::over(world, &provider).await;
    let story = rich.send(world, "r-1").await;
    assert_eq!((state(&story), outcomes(&story)), (("sent", None), vec!["rejected", "accepted"]));
    let asked = provider.asked();
    assert_eq!(paths(&asked), [RCS, SMS]);
    let sms = message(&asked[1]);
    assert_eq!((&sms["content"]["text"], &sms["sender"]), (&"Order 7 is on its way.".into(), &"15005550006".into()));
    // Infobip takes no reference twice.
    assert_ne!(reference(&asked[0]), reference(&asked[1]));
    assert_eq!(story.fallback.as_ref().unwrap().reason, "infobip_rejected_network");
    let via: Vec<_> = story.attempts.iter().map(|attempt| attempt.via.as_str()).collect();
    assert_eq!(via, ["infobip rcs", "infobip"]);
    let turn = turns(&story).remove(0);
    assert!(matches!(&story.timeline()[turn.0 - 1].what, What::Attempted(attempt) if attempt.is_rcs()), "{story:?}");
    // The SMS that is refused as well is the end.
    let lost = rich.send(world, "r-2").await;
    assert_eq!(state(&lost), ("failed", Some("infobip_rejected_route_not_available")));
    assert_eq!(provider.asked().len(), 4);
});

on_both!(a_message_that_rcs_does_not_take_for_half_of_its_time_goes_as_sms, |world| async {
    const BUSY: (u16, &str) =
        (429, r#"{"requestError": {"serviceException": {"messageId": "TOO_MANY_REQUESTS", "text": "Slow."}}}"#);
    let provider = Provider::start(&[BUSY, BUSY, TAKEN]).await;
    let rich =
        Rich::open(world, &format!("{}\nretryMinutes: 60", infobip(&provider, "rcsSender: Shop")), CAROUSEL).await;
    let story = rich.send(world, "r-1").await;
    assert_eq!((story.message.state.as_str(), story.fallback.clone()), ("queued", None));
    world.clock.advance(HALF);
    world.drain().await.unwrap();
    let story = again(world, &story).await;
    assert_eq!((state(&story), paths(&provider.asked())), (("sent", None), vec![RCS, RCS, SMS]));
    assert_eq!(story.fallback.as_ref().map(|fallback| &fallback.reason), story.attempts[1].reason.as_ref());
});

on_both!(a_message_that_is_called_lost_twice_goes_as_sms_once, |world| async {
    let provider = Provider::start(&[TAKEN, TAKEN, TAKEN]).await;
    let rich = Rich::over(world, &provider).await;
    let story = rich.send(world, "r-1").await;
    let as_rcs = reference(&provider.asked()[0]);
    rich.tell(world, &as_rcs, "EXPIRED", "EXPIRED_EXPIRED").await;
    rich.tell(world, &as_rcs, "EXPIRED", "EXPIRED_EXPIRED").await;
    rich.tell(world, &as_rcs, "UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED").await;
    let asked = provider.asked();
    assert_eq!(paths(&asked), [RCS, SMS]);
    let story = again(world, &story).await;
    assert_eq!((state(&story), outcomes(&story)), (("sent", None), vec!["accepted", "accepted"]));
    assert_eq!(story.fallback.as_ref().unwrap().reason, "infobip_expired_expired");
    // What comes late of RCS is noted, and is not the SMS's.
    rich.tell(world, &as_rcs, "DELIVERED", "DELIVERED_TO_HANDSET").await;
    let story = again(world, &story).await;
    assert_eq!((state(&story), story.feedback.len()), (("sent", None), 3));
    rich.tell(world, &reference(&asked[1]), "DELIVERED", "DELIVERED_TO_HANDSET").await;
    assert_eq!(state(&again(world, &story).await), ("delivered", None));
    assert_eq!((provider.asked().len(), world.list_suppressions(&dev(), None, "").await.unwrap().len()), (2, 0));
});

on_both!(what_is_lost_of_an_attempt_in_doubt_goes_as_sms, |world| async {
    let provider = Provider::start(&[SILENCE, TAKEN]).await;
    let rich = Rich::over(world, &provider).await;
    let story = rich.send(world, "r-1").await;
    assert_eq!((story.message.state.as_str(), outcomes(&story)), ("queued", vec!["in_doubt"]));
    rich.tell(world, &reference(&provider.asked()[0]), "UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED").await;
    let story = again(world, &story).await;
    assert_eq!((state(&story), paths(&provider.asked())), (("sent", None), vec![RCS, SMS]));
});

on_both!(who_hears_of_the_loss_twice_at_once_sends_one_sms, |world| async {
    let provider = Provider::start(&[TAKEN, TAKEN, TAKEN]).await;
    let rich = Rich::over(world, &provider).await;
    rich.send(world, "r-1").await;
    let as_rcs = reference(&provider.asked()[0]);
    let first = rich.tell(world, &as_rcs, "EXPIRED", "EXPIRED_EXPIRED");
    let second = rich.tell(world, &as_rcs, "UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED");
    tokio::join!(first, second);
    world.drain().await.unwrap();
    assert_eq!(paths(&provider.asked()), [RCS, SMS]);
});

on_both!(who_wants_nothing_gets_no_sms_either, |world| async {
    let unwanted = refused("REJECTED_DND");
    let provider = Provider::start(&[(unwanted.0, &unwanted.1)]).await;
    let rich = Rich::over(world, &provider).await;
    let story = rich.send(world, "r-1").await;
    assert_eq!((state(&story), story.fallback.clone()), (("failed", Some("infobip_rejected_dnd")), None));
    assert_eq!((provider.asked().len(), world.list_suppressions(&dev(), None, "").await.unwrap().len()), (1, 1));
});

on_both!(a_configuration_that_cannot_send_it_sends_the_sms_and_the_review_says_so, |world| async {
    let provider = Provider::start(&[TAKEN]).await;
    let rich = Rich::open(world, &infobip(&provider, "validityHours: 2"), CAROUSEL).await;
    let story = rich.send(world, "r-1").await;
    assert_eq!((state(&story), paths(&provider.asked())), (("sent", None), vec![SMS]));
    assert_eq!(turns(&story)[0].1, "rcs_no_sender");
    let review = world.review_campaign(&dev(), &rich.shop.campaign).await.unwrap();
    let warned = review.warnings.at("content.rcs.kind").map(|fault| fault.code.as_str());
    assert_eq!((warned, review.errors.is_empty()), (Some("rcs_no_sender"), true));
});

on_both!(in_capture_mode_the_rich_message_itself_is_kept, |world| async {
    let provider = Provider::start(&[]).await;
    let rich = Rich::over(world, &provider).await;
    world.set_sandbox_mode(&dev(), SandboxMode::Capture).await.unwrap();
    let story = rich.send(world, "r-1").await;
    assert_eq!((state(&story).0, story.message.subject.as_deref()), ("captured", Some("Order 7")));
    let domain::content::Rendered::Mobile(kept) = &story.rendered.as_ref().unwrap().content else {
        panic!("{story:?}")
    };
    assert_eq!(kept.rcs.as_ref().unwrap().cards.len(), 2);
    assert!(provider.asked().is_empty() && story.fallback.is_none());
});

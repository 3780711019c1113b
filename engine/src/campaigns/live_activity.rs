//! What only some campaigns and configurations can do: live activities of iOS.

use domain::Faults;
use domain::campaign::CampaignDraft;
use domain::channel_configuration::{ChannelConfiguration, Transport};
use domain::content::{Content, PushKind};
use domain::provider::ProviderKind;

/// What speaks against a live activity at high throughput, with variants, or over this configuration: `no_live_activity`.
pub(super) fn check(draft: &CampaignDraft, configuration: Option<&ChannelConfiguration>) -> Faults {
    let mut faults = Faults::default();
    let is_activity = |content: &Content| matches!(content, Content::Push(push) if push.kind == PushKind::LiveActivity);
    if !draft.contents().any(|(_, content)| is_activity(content)) {
        return faults;
    }
    if !draft.variants.is_empty() {
        let text = "A live activity is one and the same from its start to its end: it has no variants.";
        faults.add("variants", "no_live_activity_variants", text);
    }
    if draft.high_throughput {
        let text =
            "Live activities are not sent at high throughput: the order of their updates matters. Switch it off.";
        faults.add("highThroughput", "no_live_activity_fast", text);
    }
    let Some(configuration) = configuration else { return faults };
    if !carries(&configuration.transport) {
        let text = format!(
            "The channel configuration “{}” does not send over APNs. Live activities are Apple's: choose one that does.",
            configuration.name
        );
        faults.add("configurationId", "no_live_activity", text);
    }
    faults
}

/// The inbox takes everything. Firebase would need two tokens of a device for one message.
fn carries(transport: &Transport) -> bool {
    match transport {
        Transport::Provider(account) => account.provider == ProviderKind::Apns,
        Transport::Capture => true,
        Transport::Smtp(_) => false,
    }
}

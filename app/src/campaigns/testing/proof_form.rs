//! "Send a proof": who gets it, as whom it is read, and what became of the last ones.

use domain::access::Permission;
use domain::campaign::CampaignDetail;
use domain::channel_configuration::Channel;
use leptos::prelude::*;
use serde_json::json;

use super::SendProofs;
use super::proof_list::ProofList;
use crate::campaigns::wizard::{Drawn, data_of};
use crate::i18n::texts;
use crate::layout::{captures, may, sandbox_name};
use crate::ui::{Button, FormFailure, TextArea, TextField, failure_of};

/// The form, and the last jobs.
#[component]
pub fn Proofs(detail: CampaignDetail, drawn: Drawn) -> impl IntoView {
    let t = &texts().testing;
    let send = ServerAction::<SendProofs>::new();
    let campaign = detail.campaign.id.to_string();
    view! {
        <section class="card stack" aria-labelledby="proofs">
            <h3 id="proofs">{t.proofs}</h3>
            <p class="hint">{if captures() { t.proofs_capture } else { t.proofs_about }}</p>
            {if may(Permission::SendProofs) {
                view! { <ProofFields detail drawn send/> }.into_any()
            } else {
                view! { <p class="hint">{t.not_permitted}</p> }.into_any()
            }}
            <ProofList campaign send/>
        </section>
    }
}

#[component]
fn ProofFields(detail: CampaignDetail, drawn: Drawn, send: ServerAction<SendProofs>) -> impl IntoView {
    let t = &texts().testing;
    let sandbox = sandbox_name();
    let failure = failure_of(send.value());
    let channel = detail.draft.content.channel();
    let (label, hint) = match channel {
        Channel::Email => (t.to_email, t.to_email_hint),
        Channel::Mobile => (t.to_mobile, t.to_mobile_hint),
        Channel::Push => (t.to_push, t.to_push_hint),
    };
    let data = data_of(&drawn.proposed, &drawn.preview.variables);
    let values = json!({ "context": *data.context, "profile": data.profile });
    let values = serde_json::to_string_pretty(&values).unwrap_or_default();
    let prefix = (channel == Channel::Email).then(|| {
        view! {
            <TextField
                path="subjectPrefix" name="proof[subjectPrefix]" label=t.prefix hint=t.prefix_hint value="[TEST]" failure
            />
        }
    });
    view! {
        <ActionForm action=send attr:class="form" attr:novalidate="novalidate">
            <FormFailure failure lead=t.not_sent/>
            <input type="hidden" name="sandbox" value=move || sandbox.get()/>
            <input type="hidden" name="campaign" value=detail.campaign.id.to_string()/>
            <TextArea path="addresses" name="proof[addresses]" label hint rows=3 source=true required=true failure/>
            {prefix}
            <TextField path="namespace" name="proof[namespace]" label=t.namespace value="email" failure/>
            <TextField path="userId" name="proof[userId]" label=t.user_id hint=t.user_id_hint failure/>
            <TextArea path="values" name="proof[values]" label=t.values hint=t.values_hint value=values rows=6 source=true failure/>
            <Button pending=send.pending() variant="secondary">{t.send}</Button>
        </ActionForm>
    }
}

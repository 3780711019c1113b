//! Taking messages back before they are sent. What cannot be undone says first what follows.

use domain::access::Permission;
use domain::message::Cancelled;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::{CancelExecution, CancelMessage};
use crate::failure::ServerFailure;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::ui::{Button, Confirmation, FormFailure, Notice, answers, failure_of};

/// For an execution of which messages wait; nothing for who may not.
#[component]
pub fn TakeBackExecution(execution: String, waiting: i64, cancel: ServerAction<CancelExecution>) -> impl IntoView {
    let t = texts();
    (waiting > 0 && may(Permission::PublishCampaigns)).then(|| {
        view! {
            <Confirmation id="cancel" label=t.messages.take_back_all keep=t.messages.keep_sending answers=answers(cancel)>
                <p>{t.messages.take_back_all_about(waiting)}</p>
                <ActionForm action=cancel>
                    <Sandbox/>
                    <input type="hidden" name="execution" value=execution/>
                    <Button pending=cancel.pending() variant="danger">{t.messages.do_not_send}</Button>
                </ActionForm>
            </Confirmation>
        }
    })
}

/// For a message that waits; nothing for who may not.
#[component]
pub fn TakeBackMessage(message: String, waits: bool, cancel: ServerAction<CancelMessage>) -> impl IntoView {
    let t = texts();
    (waits && may(Permission::PublishCampaigns)).then(|| {
        view! {
            <Confirmation id="cancel" label=t.messages.take_back keep=t.messages.keep_sending answers=answers(cancel)>
                <p>{t.messages.take_back_about}</p>
                <ActionForm action=cancel>
                    <Sandbox/>
                    <input type="hidden" name="message" value=message/>
                    <Button pending=cancel.pending() variant="danger">{t.messages.do_not_send}</Button>
                </ActionForm>
            </Confirmation>
        }
    })
}

#[component]
fn Sandbox() -> impl IntoView {
    let sandbox = sandbox_name();
    view! { <input type="hidden" name="sandbox" value=move || sandbox.get()/> }
}

/// What came of it.
#[component]
pub fn TakenBack<S>(cancel: ServerAction<S>) -> impl IntoView
where
    S: ServerFn<Output = Cancelled, Error = ServerFailure> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let t = texts();
    view! {
        <FormFailure failure=failure_of(cancel.value())/>
        {move || match cancel.value().get() {
            Some(Ok(Cancelled { cancelled: 0 })) => Some(view! { <Notice kind="warning">{t.messages.too_late.to_owned()}</Notice> }),
            Some(Ok(Cancelled { cancelled })) => Some(view! { <Notice kind="ok">{t.messages.taken_back(cancelled)}</Notice> }),
            _ => None,
        }}
    }
}

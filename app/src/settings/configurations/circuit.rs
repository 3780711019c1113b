//! The open circuit of a configuration, and the button that tries it now.

use domain::access::Permission;
use domain::circuit::Circuit;
use leptos::prelude::*;

use super::{TryCircuit, find_circuit};
use crate::circuit::CircuitNotice;
use crate::i18n::texts;
use crate::layout::{may, sandbox_name};
use crate::live::live;
use crate::ui::{Button, FormFailure, failure_of, loaded};

/// Nothing while messages go. Looks again when the log changes.
#[component]
pub fn OpenCircuit(configuration: Memo<String>) -> impl IntoView {
    let sandbox = sandbox_name();
    let try_now = ServerAction::<TryCircuit>::new();
    let live = live(sandbox);
    let circuit = Resource::new(
        move || (sandbox.get(), configuration.get(), try_now.version().get(), live.changes.get()),
        |(sandbox, configuration, ..)| find_circuit(sandbox, configuration),
    );
    view! {
        <FormFailure failure=failure_of(try_now.value())/>
        {loaded(circuit, move |circuit| circuit.map(|circuit| {
            view! { <Open circuit configuration=configuration.get_untracked() try_now/> }
        }))}
    }
}

#[component]
fn Open(circuit: Circuit, configuration: String, try_now: ServerAction<TryCircuit>) -> impl IntoView {
    let t = texts();
    let sandbox = sandbox_name();
    view! {
        <CircuitNotice circuit text=t.circuit.configuration_waits>
            {may(Permission::ManageConfigurations).then(|| view! {
                <ActionForm action=try_now>
                    <input type="hidden" name="sandbox" value=sandbox.get_untracked()/>
                    <input type="hidden" name="configuration" value=configuration/>
                    <Button pending=try_now.pending() variant="secondary">{t.circuit.try_now}</Button>
                </ActionForm>
            })}
        </CircuitNotice>
    }
}

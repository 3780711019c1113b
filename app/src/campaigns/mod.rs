//! Campaigns: list, wizard, overview with the trigger call.

mod calls;
mod create_page;
mod experiment_calls;
mod list_page;
mod overview;
mod push_data;
mod snippets;
mod step_fields;
mod testing;
mod trigger;
mod typed;
mod variants;
mod wizard;
mod words;

pub(crate) use calls::{FindCampaign, OpenedCampaign, open_variant};
pub use create_page::CreatePage;
pub use list_page::ListPage;
pub use overview::OverviewPage;
pub(crate) use variants::{ContentPlace, key_text, place_of, variant_name};
#[cfg(feature = "ssr")]
pub(crate) use wizard::Drawn;
pub use wizard::{DrawRequest, WizardPage};
pub(crate) use wizard::{Drawing, LivePreview, provide_vocabulary};

use domain::campaign::Step;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::i18n::texts;

/// Address of the list.
fn list_path(sandbox: &str) -> String {
    format!("/{sandbox}/campaigns")
}

/// Address of a campaign's overview.
fn campaign_path(sandbox: &str, campaign: &str) -> String {
    format!("/{sandbox}/campaigns/{campaign}")
}

/// Address of a step of the wizard.
pub(crate) fn step_path(sandbox: &str, campaign: &str, step: Step) -> String {
    format!("/{sandbox}/campaigns/{campaign}/edit?step={step}")
}

/// What stands above the title of a campaign's pages.
fn above(sandbox: &str) -> (String, String) {
    (list_path(sandbox), texts().campaigns.title.to_owned())
}

/// The campaign of the address.
fn campaign_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("campaign").unwrap_or_default()))
}

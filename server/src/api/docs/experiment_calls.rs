//! The calls of experiments.

use domain::experiment::ExperimentReport;
use schemars::SchemaGenerator;

use super::calls::{Answer, Body, CAMPAIGN_ID, Call, Door};
use crate::api::campaigns::WinnerChosen;

const REPORT: Answer = Answer {
    status: 200,
    about: "The figures of each treatment, and what was decided.",
    schema: Some(SchemaGenerator::subschema_for::<ExperimentReport>),
};

/// In the order of the page.
pub const CALLS: &[Call] = &[
    Call {
        method: "get",
        path: "/ajo/im/campaigns/{campaignId}/experiment",
        operation: "findExperiment",
        tag: "campaign",
        summary: "What the experiment of the live version has shown",
        about: "Rates and confidences hold at every moment: they may be looked at at any time.",
        door: Door::Client,
        parameters: &[CAMPAIGN_ID],
        body: None,
        answers: &[REPORT],
        refusals: &[404],
    },
    Call {
        method: "post",
        path: "/ajo/im/campaigns/{campaignId}/experiment/winner",
        operation: "chooseWinner",
        tag: "campaign",
        summary: "Give everybody one treatment from now on",
        about: "From here on figures choose no winner, also when this one is undone.",
        door: Door::Client,
        parameters: &[CAMPAIGN_ID],
        body: Some(Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<WinnerChosen> }),
        answers: &[REPORT],
        refusals: &[400, 404, 409, 413, 415],
    },
    Call {
        method: "delete",
        path: "/ajo/im/campaigns/{campaignId}/experiment/winner",
        operation: "undoWinner",
        tag: "campaign",
        summary: "Undo a winner: the experiment runs on",
        about: "",
        door: Door::Client,
        parameters: &[CAMPAIGN_ID],
        body: None,
        answers: &[REPORT],
        refusals: &[404, 409],
    },
];

//! The calls about audiences.

use domain::audience::{Audience, AudienceChange, Estimate};
use schemars::SchemaGenerator;

use super::calls::{Answer, Body, Call, Door, LIMIT, Parameter, path, query, text};
use crate::api::audience_rules::{Audiences, Members, Tried};

const AUDIENCE_ID: Parameter = path("audienceId", "The audience.", text);
const CURSOR: Parameter = query("cursor", "`next` of the page before.", text);
const CHANGE: Body = Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<AudienceChange> };
const TRIED: Body = Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<Tried> };
const AUDIENCE: Answer =
    Answer { status: 200, about: "As it is now.", schema: Some(SchemaGenerator::subschema_for::<Audience>) };

/// What most of these calls have in common.
const CALL: Call = Call {
    method: "get",
    path: "/ajo/audiences/{audienceId}",
    operation: "findAudience",
    tag: "audience",
    summary: "One audience",
    about: "",
    door: Door::Client,
    parameters: &[AUDIENCE_ID],
    body: None,
    answers: &[AUDIENCE],
    refusals: &[404],
};

/// In the order of the page.
pub const CALLS: &[Call] = &[
    Call {
        path: "/ajo/audiences",
        operation: "listAudiences",
        summary: "Audiences, by name",
        about: "500 at most.",
        parameters: &[],
        answers: &[Answer {
            status: 200,
            about: "All of them.",
            schema: Some(SchemaGenerator::subschema_for::<Audiences>),
        }],
        refusals: &[],
        ..CALL
    },
    Call {
        method: "post",
        path: "/ajo/audiences",
        operation: "createAudience",
        summary: "Create an audience",
        about: "With a rule, whoever it holds of belongs to it, looked for when a run begins. Without one it is a list of nobody \
            yet. A condition on something that is not known of a person does not hold.",
        parameters: &[],
        body: Some(CHANGE),
        answers: &[Answer {
            status: 201,
            about: "The audience.",
            schema: Some(SchemaGenerator::subschema_for::<Audience>),
        }],
        refusals: &[400, 413, 415],
        ..CALL
    },
    Call { ..CALL },
    Call {
        method: "put",
        operation: "changeAudience",
        summary: "Change name and rule",
        about: "Runs that have begun go on with the rule they began with. With `revision` only that state is changed.",
        body: Some(CHANGE),
        refusals: &[400, 404, 409, 413, 415],
        ..CALL
    },
    Call {
        method: "delete",
        operation: "deleteAudience",
        summary: "Delete an audience that nothing needs",
        answers: &[Answer { status: 204, about: "It is not there any more.", schema: None }],
        refusals: &[404, 409],
        ..CALL
    },
    Call {
        path: "/ajo/audiences/{audienceId}/members",
        operation: "listAudienceMembers",
        summary: "Who belongs to it",
        about: "By a rule as it holds now. Such a page may have fewer members than `limit`, even none, and a next one: it looks at \
            20,000 profiles at most.",
        parameters: &[AUDIENCE_ID, LIMIT, CURSOR],
        answers: &[Answer { status: 200, about: "A page.", schema: Some(SchemaGenerator::subschema_for::<Members>) }],
        refusals: &[400, 404],
        ..CALL
    },
    Call {
        method: "post",
        path: "/ajo/audiences/estimate",
        operation: "estimateAudience",
        summary: "How many people a rule holds of",
        about: "Told from up to 2,000 profiles that are evenly taken from all, within about 200 ms; the sample is masked.",
        parameters: &[],
        body: Some(TRIED),
        answers: &[Answer {
            status: 200,
            about: "The estimate.",
            schema: Some(SchemaGenerator::subschema_for::<Estimate>),
        }],
        refusals: &[400, 413, 415],
        ..CALL
    },
];

//! Every call of the API, as the document describes it. A call that is added to the router is added here; a test compares
//! both.

use domain::channel_configuration::Channel;
use domain::dry_run::DryRun;
use domain::eligibility::Exclusion;
use domain::execution::{AudienceRequest, Execution, ExecutionRequest, ExecutionStatus};
use domain::explanation::Explanation;
use domain::keywords::Meaning;
use domain::message::{Cancelled, Message, MessageKind, MessageState};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{
    asset_calls, audience_calls, consent_calls, experiment_calls, library_calls, profile_calls, simulation_calls,
    suppression_calls,
};
use crate::api::audiences::RunStatus;
use crate::api::executions::Executions;
use crate::api::inbound_messages::InboundMessages;
use crate::api::messages::{Messages, Timeline};
use crate::api::push_tokens::{Devices, Registration, Removal, Removed};
use crate::api::schedules::{Deleted, Scheduled};
use crate::api::trigger::ExecutionAccepted;

type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One call.
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    /// The contract's where it has the call, otherwise verb and noun.
    pub operation: &'static str,
    pub tag: &'static str,
    pub summary: &'static str,
    pub about: &'static str,
    pub door: Door,
    pub parameters: &'static [Parameter],
    pub body: Option<Body>,
    pub answers: &'static [Answer],
    /// Statuses of refusals, beside those of the door.
    pub refusals: &'static [u16],
}

/// Who gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Token and headers; the call is counted.
    Counted,
    /// Token and headers.
    Client,
    /// The same; the sandbox may be left out.
    ClientOfAnySandbox,
    /// Everybody.
    Open,
}

/// In the path or behind the `?`.
pub struct Parameter {
    pub name: &'static str,
    pub place: &'static str,
    pub about: &'static str,
    pub schema: SchemaOf,
}

/// What is sent.
pub struct Body {
    pub media_type: &'static str,
    pub schema: SchemaOf,
}

/// What is answered when all is well.
pub struct Answer {
    pub status: u16,
    pub about: &'static str,
    /// `None`: plain text, or nothing with 204.
    pub schema: Option<SchemaOf>,
}

pub(super) const fn path(name: &'static str, about: &'static str, schema: SchemaOf) -> Parameter {
    Parameter { name, place: "path", about, schema }
}

pub(super) const fn query(name: &'static str, about: &'static str, schema: SchemaOf) -> Parameter {
    Parameter { name, place: "query", about, schema }
}

const EXECUTION_ID: Parameter =
    path("executionId", "The execution.", SchemaGenerator::subschema_for::<domain::id::ExecutionId>);
const MESSAGE_ID: Parameter =
    path("messageId", "The message.", SchemaGenerator::subschema_for::<domain::id::MessageId>);
const SCHEDULE_ID: Parameter =
    path("scheduleId", "The schedule.", SchemaGenerator::subschema_for::<domain::id::ScheduleId>);
pub(super) const CAMPAIGN_ID: Parameter =
    path("campaignId", "The campaign.", SchemaGenerator::subschema_for::<domain::id::CampaignId>);
const CAMPAIGN: Parameter = query("campaignId", "Of this campaign.", text);
const REQUEST: Parameter = query("requestId", "Of the call with this `requestId`.", text);
const FROM: Parameter = query("from", "Called at this time or later: RFC 3339, or a local time of UTC.", text);
const TO: Parameter = query("to", "Called before this time.", text);
pub(super) const LIMIT: Parameter =
    query("limit", "Rows of the page.", |_| json_schema!({ "type": "integer", "minimum": 1, "maximum": 200 }));
pub(super) const CURSOR: Parameter = query("cursor", "`next` of the page before.", text);
const DRY_RUN: Parameter = query(
    "dryRun",
    "`true`: say what the call would do, and do nothing.",
    |_| json_schema!({ "type": "string", "enum": ["true", "false", ""] }),
);

pub(super) fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string" })
}

/// A filter that is empty does not filter.
fn or_empty<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [generator.subschema_for::<T>(), { "const": "" }] })
}

const CALL: Body = Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<ExecutionRequest> };
const ACCEPTED: Answer = Answer {
    status: 202,
    about: "Execution and messages are on disk. `Idempotency-Replayed: true`: they were before.",
    schema: Some(SchemaGenerator::subschema_for::<ExecutionAccepted>),
};
const TRIED: Answer = Answer {
    status: 200,
    about: "Of a dry run: what the call would do.",
    schema: Some(SchemaGenerator::subschema_for::<DryRun>),
};
const CANCELLED: Answer = Answer {
    status: 200,
    about: "How many messages will not be sent.",
    schema: Some(SchemaGenerator::subschema_for::<Cancelled>),
};
const MESSAGES: Answer =
    Answer { status: 200, about: "A page of messages.", schema: Some(SchemaGenerator::subschema_for::<Messages>) };

/// All of them, in the order of the page.
pub fn calls() -> impl Iterator<Item = &'static Call> {
    let more = [
        simulation_calls::CALLS,
        audience_calls::CALLS,
        profile_calls::CALLS,
        suppression_calls::CALLS,
        consent_calls::CALLS,
        library_calls::CALLS,
        experiment_calls::CALLS,
        asset_calls::CALLS,
    ];
    CALLS.iter().chain(more.into_iter().flatten())
}

const CALLS: &[Call] = &[
    Call {
        method: "post",
        path: "/ims/token/v3",
        operation: "issueToken",
        tag: "token",
        summary: "Trade credentials for an access token",
        about: "Client credentials of OAuth 2.0 (RFC 6749 §4.4). Errors have OAuth's shape.",
        door: Door::Open,
        parameters: &[],
        body: Some(Body { media_type: "application/x-www-form-urlencoded", schema: token_form }),
        answers: &[Answer { status: 200, about: "The token, good for `expires_in` seconds.", schema: Some(token) }],
        refusals: &[],
    },
    Call {
        method: "post",
        path: "/ajo/im/executions/unitary",
        operation: "postIMUnitaryMessageExecution",
        tag: "execution",
        summary: "Run a transactional campaign now, for 1 to 20 recipients",
        about: "",
        door: Door::Counted,
        parameters: &[DRY_RUN],
        body: Some(CALL),
        answers: &[ACCEPTED, TRIED],
        refusals: &[400, 404, 409, 413, 415],
    },
    Call {
        method: "post",
        path: "/ajo/im/executions/highthroughput",
        operation: "postIMUnitaryHAMessageExecution",
        tag: "execution",
        summary: "Run a high-throughput campaign now",
        about: "Recipients are of type `external` only. The messages are served before all others.",
        door: Door::Counted,
        parameters: &[DRY_RUN],
        body: Some(CALL),
        answers: &[ACCEPTED, TRIED],
        refusals: &[400, 404, 409, 413, 415],
    },
    Call {
        method: "post",
        path: "/ajo/im/executions/audience",
        operation: "postIMAudienceMessageExecution",
        tag: "execution",
        summary: "Run a marketing campaign for its audience, now or later",
        about: "With `schedule.executeAt` in the future, the answer is the schedule. A dry run tries the first 20 members.",
        door: Door::Counted,
        parameters: &[DRY_RUN],
        body: Some(Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<AudienceRequest> }),
        answers: &[
            Answer {
                status: 202,
                about: "The run, or its schedule, is on disk. `Idempotency-Replayed: true`: it was before.",
                schema: Some(execution_or_schedule),
            },
            TRIED,
        ],
        refusals: &[400, 404, 409, 413, 415],
    },
    Call {
        method: "get",
        path: "/ajo/im/executions/audience/{executionId}",
        operation: "getBatchExecutionStatusByExecutionId",
        tag: "execution",
        summary: "How far a run is",
        about: "Counted anew every three seconds.",
        door: Door::Client,
        parameters: &[EXECUTION_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The run.",
            schema: Some(SchemaGenerator::subschema_for::<RunStatus>),
        }],
        refusals: &[404],
    },
    Call {
        method: "get",
        path: "/ajo/im/executions/schedules/{scheduleId}",
        operation: "getBatchExecutionStatusByScheduleId",
        tag: "execution",
        summary: "One schedule, and the run that came of it",
        about: "",
        door: Door::Client,
        parameters: &[SCHEDULE_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The schedule.",
            schema: Some(SchemaGenerator::subschema_for::<Scheduled>),
        }],
        refusals: &[404],
    },
    Call {
        method: "delete",
        path: "/ajo/im/executions/schedules/{scheduleId}",
        operation: "deleteScheduledExecution",
        tag: "execution",
        summary: "Cancel a schedule before its time",
        about: "",
        door: Door::Client,
        parameters: &[SCHEDULE_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "It will not run.",
            schema: Some(SchemaGenerator::subschema_for::<Deleted>),
        }],
        refusals: &[404, 409],
    },
    Call {
        method: "get",
        path: "/ajo/im/executions",
        operation: "listExecutions",
        tag: "execution",
        summary: "Executions, newest first",
        about: "",
        door: Door::Client,
        parameters: &[
            CAMPAIGN,
            REQUEST,
            query("status", "In this status.", or_empty::<ExecutionStatus>),
            FROM,
            TO,
            LIMIT,
            CURSOR,
        ],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "A page of executions.",
            schema: Some(SchemaGenerator::subschema_for::<Executions>),
        }],
        refusals: &[400],
    },
    Call {
        method: "get",
        path: "/ajo/im/executions/{executionId}",
        operation: "findExecution",
        tag: "execution",
        summary: "One execution, with the counts of its messages",
        about: "",
        door: Door::Client,
        parameters: &[EXECUTION_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The execution.",
            schema: Some(SchemaGenerator::subschema_for::<Execution>),
        }],
        refusals: &[404],
    },
    Call {
        method: "get",
        path: "/ajo/im/executions/{executionId}/messages",
        operation: "listExecutionMessages",
        tag: "execution",
        summary: "Messages of an execution, in the order of its recipients",
        about: "",
        door: Door::Client,
        parameters: &[EXECUTION_ID, LIMIT, CURSOR],
        body: None,
        answers: &[MESSAGES],
        refusals: &[400, 404],
    },
    Call {
        method: "post",
        path: "/ajo/im/executions/{executionId}/cancel",
        operation: "cancelExecution",
        tag: "execution",
        summary: "Take back what waits of an execution",
        about: "What is being sent is left alone. Harmless when done twice. Needs no body.",
        door: Door::Client,
        parameters: &[EXECUTION_ID],
        body: None,
        answers: &[CANCELLED],
        refusals: &[404],
    },
    Call {
        method: "post",
        path: "/ajo/im/executions/{executionId}/pause",
        operation: "pauseExecution",
        tag: "execution",
        summary: "Pause the run of an execution",
        about: "Nobody else gets a message, and what waits is held. What is being handed over goes; if it has to be tried again, \
            one more such call holds it. Needs no body.",
        door: Door::Client,
        parameters: &[EXECUTION_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The execution.",
            schema: Some(SchemaGenerator::subschema_for::<Execution>),
        }],
        refusals: &[404, 409],
    },
    Call {
        method: "post",
        path: "/ajo/im/executions/{executionId}/resume",
        operation: "resumeExecution",
        tag: "execution",
        summary: "Let a paused run go on",
        about: "It goes on where it was, its messages at the same distances. Needs no body.",
        door: Door::Client,
        parameters: &[EXECUTION_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The execution.",
            schema: Some(SchemaGenerator::subschema_for::<Execution>),
        }],
        refusals: &[404, 409],
    },
    Call {
        method: "get",
        path: "/ajo/im/campaigns/{campaignId}/context-schema",
        operation: "findContextSchema",
        tag: "campaign",
        summary: "What a call of the live version carries, as JSON Schema",
        about: "Of `context` and `profile` of each recipient, with what the content reads and what its author says of it. \
            Of a marketing campaign, `context` is that of the call and `profile` that of the members. No call is \
            refused for values that the schema takes; values that it does not name may be there.",
        door: Door::Client,
        parameters: &[CAMPAIGN_ID],
        body: None,
        answers: &[Answer { status: 200, about: "The schema, of the dialect 2020-12.", schema: Some(schema) }],
        refusals: &[404, 409],
    },
    Call {
        method: "get",
        path: "/ajo/im/messages",
        operation: "listMessages",
        tag: "message",
        summary: "Messages, newest first",
        about: "With `executionId`, in the order of the call's recipients.",
        door: Door::Client,
        parameters: &[
            query("state", "In this state.", or_empty::<MessageState>),
            query("reason", "Excluded for this reason.", or_empty::<Exclusion>),
            query("channel", "Over this channel.", or_empty::<Channel>),
            query("kind", "Those of the campaign, or proofs.", or_empty::<MessageKind>),
            CAMPAIGN,
            query("executionId", "Of this execution.", text),
            REQUEST,
            query("recipient", "Start of the address or of the `userId`, in any case.", text),
            FROM,
            TO,
            LIMIT,
            CURSOR,
        ],
        body: None,
        answers: &[MESSAGES],
        refusals: &[400],
    },
    Call {
        method: "get",
        path: "/ajo/im/messages/{messageId}",
        operation: "findMessage",
        tag: "message",
        summary: "One message",
        about: "",
        door: Door::Client,
        parameters: &[MESSAGE_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The message.",
            schema: Some(SchemaGenerator::subschema_for::<Message>),
        }],
        refusals: &[404],
    },
    Call {
        method: "get",
        path: "/ajo/im/messages/{messageId}/timeline",
        operation: "findMessageTimeline",
        tag: "message",
        summary: "What happened to a message, oldest first",
        about: "",
        door: Door::Client,
        parameters: &[MESSAGE_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The story.",
            schema: Some(SchemaGenerator::subschema_for::<Timeline>),
        }],
        refusals: &[404],
    },
    Call {
        method: "get",
        path: "/ajo/im/messages/{messageId}/explanation",
        operation: "explainMessage",
        tag: "message",
        summary: "Why its person got a message, or did not",
        about: "Every question that was asked, in its order; the first no decides. Says what would change it.",
        door: Door::Client,
        parameters: &[MESSAGE_ID],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The explanation, as far as it is known now.",
            schema: Some(SchemaGenerator::subschema_for::<Explanation>),
        }],
        refusals: &[404],
    },
    Call {
        method: "post",
        path: "/ajo/im/messages/{messageId}/cancel",
        operation: "cancelMessage",
        tag: "message",
        summary: "Take a message back, if it waits",
        about: "Harmless when done twice. Needs no body.",
        door: Door::Client,
        parameters: &[MESSAGE_ID],
        body: None,
        answers: &[CANCELLED],
        refusals: &[404],
    },
    Call {
        method: "get",
        path: "/ajo/im/inbound-messages",
        operation: "listInboundMessages",
        tag: "message",
        summary: "What people wrote to the numbers of the sandbox, newest first",
        about: "Each with what it was taken for, what that changed, and what was answered.",
        door: Door::Client,
        parameters: &[
            query("configurationId", "To this channel configuration.", text),
            query("meaning", "Taken for this.", or_empty::<Meaning>),
            query("number", "From this number: the whole of it, with its country.", text),
            LIMIT,
            CURSOR,
        ],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "A page of them.",
            schema: Some(SchemaGenerator::subschema_for::<InboundMessages>),
        }],
        refusals: &[400],
    },
    Call {
        method: "get",
        path: "/ajo/im/push-tokens",
        operation: "listPushTokens",
        tag: "push",
        summary: "Registered devices, newest first",
        about: "",
        door: Door::Client,
        parameters: &[query("userId", "Of this person, in any namespace and case.", text), LIMIT, CURSOR],
        body: None,
        answers: &[Answer { status: 200, about: "A page.", schema: Some(SchemaGenerator::subschema_for::<Devices>) }],
        refusals: &[400],
    },
    Call {
        method: "post",
        path: "/ajo/im/push-tokens",
        operation: "registerPushToken",
        tag: "push",
        summary: "Register a device for notifications",
        about: "Of the person with this `userId`. The same device again only moves its time, or to another person.",
        door: Door::Client,
        parameters: &[],
        body: Some(Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<Registration> }),
        answers: &[Answer { status: 204, about: "Messages go to this device, too.", schema: None }],
        refusals: &[400, 413, 415],
    },
    Call {
        method: "delete",
        path: "/ajo/im/push-tokens",
        operation: "removePushToken",
        tag: "push",
        summary: "A device takes no more notifications",
        about: "Harmless when done twice.",
        door: Door::Client,
        parameters: &[],
        body: Some(Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<Removal> }),
        answers: &[Answer {
            status: 200,
            about: "Whether it was there.",
            schema: Some(SchemaGenerator::subschema_for::<Removed>),
        }],
        refusals: &[400, 413, 415],
    },
    Call {
        method: "get",
        path: "/ajo/im/health",
        operation: "health",
        tag: "health",
        summary: "The API answers and takes this client's token",
        about: "",
        door: Door::ClientOfAnySandbox,
        parameters: &[],
        body: None,
        answers: &[Answer { status: 200, about: "It does.", schema: Some(health) }],
        refusals: &[],
    },
    Call {
        method: "get",
        path: "/healthz",
        operation: "healthz",
        tag: "health",
        summary: "Process and database answer",
        about: "For the machine that watches over the process. 503 when the database does not answer.",
        door: Door::Open,
        parameters: &[],
        body: None,
        answers: &[Answer { status: 200, about: "They do.", schema: None }],
        refusals: &[],
    },
];

fn execution_or_schedule(answered: &mut SchemaGenerator) -> Schema {
    let either = [answered.subschema_for::<ExecutionAccepted>(), answered.subschema_for::<Scheduled>()];
    json_schema!({ "oneOf": either })
}

fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["$schema", "title", "description", "type"],
        "properties": {
            "$schema": { "const": "https://json-schema.org/draft/2020-12/schema" },
            "title": { "type": "string", "description": "The campaign's name." },
            "description": { "type": "string" },
            "type": { "const": "object" },
            "properties": { "type": "object" },
            "required": { "type": "array", "items": { "type": "string" } }
        }
    })
}

fn token_form(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["client_id", "client_secret", "grant_type"],
        "properties": {
            "client_id": { "type": "string" },
            "client_secret": { "type": "string" },
            "grant_type": { "const": "client_credentials" },
            "scope": { "type": "string", "description": "Ignored." }
        }
    })
}

fn token(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["access_token", "token_type", "expires_in"],
        "properties": {
            "access_token": { "type": "string" },
            "token_type": { "const": "bearer" },
            "expires_in": { "type": "integer", "description": "Seconds." }
        }
    })
}

fn health(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "required": ["status"], "properties": { "status": { "const": "ok" } } })
}

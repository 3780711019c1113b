//! The calls about consent.

use domain::channel_configuration::Channel;
use domain::consent::ConsentRecord;
use domain::id::ProfileId;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::calls::{Answer, Body, Call, Door, Parameter, query, text};
use crate::api::consent::files::FileAnswer;
use crate::api::consent::outside::{OutsideChoices, PersonOfLink};
use crate::api::consent::requests::{Asked, AskedAnswer};
use crate::api::consent::{OfferedTopic, Set, Setting};

const CHANNEL: Parameter = query("channel", "`email` when left out.", SchemaGenerator::subschema_for::<Channel>);
const ADDRESS: Parameter = query(
    "address",
    "Of email an address, of mobile a number in E.164, of push `platform:token`. Either this or `profileId`.",
    text,
);
const PROFILE_ID: Parameter =
    query("profileId", "A person, instead of an address.", SchemaGenerator::subschema_for::<ProfileId>);
const FILE_NAME: Parameter = query("fileName", "Stands in the proof of each choice.", text);
const PARAMS: Parameter = query("params", "`consent_params` of the mail.", text);
const PID: Parameter = query("pid", "`consent_pid` of the mail.", text);
const EMAIL_PARAMS: Parameter = query("emailParams", "Both in one text: `params=…&pid=…`.", text);
const SIG: Parameter = query("sig", "Not looked at: `params` is signed.", text);
const FILE: Body = Body { media_type: "text/csv", schema: text };

const USUAL: Call = Call {
    method: "get",
    path: "",
    operation: "",
    tag: "consent",
    summary: "",
    about: "",
    door: Door::Client,
    parameters: &[],
    body: None,
    answers: &[],
    refusals: &[400],
};

/// In the order of the page.
pub const CALLS: &[Call] = &[
    Call {
        path: "/ajo/consent",
        operation: "findConsent",
        summary: "What a person said about marketing",
        about: "What is in force of the channel and its topics, and the history, oldest first. Of an address also what whoever has it \
            said of all their addresses: there `profileId` is set and `address` is empty.",
        parameters: &[CHANNEL, ADDRESS, PROFILE_ID],
        answers: &[Answer {
            status: 200,
            about: "Empty for whoever never said anything.",
            schema: Some(SchemaGenerator::subschema_for::<ConsentRecord>),
        }],
        refusals: &[400, 404],
        ..USUAL
    },
    Call {
        method: "post",
        path: "/ajo/consent",
        operation: "setConsent",
        summary: "Set choices",
        about: "1 to 1,000, all or none, each of an address or of a person (`profileId`). Holds at once.",
        body: Some(Body { media_type: "application/json", schema: settings }),
        answers: &[Answer {
            status: 200,
            about: "How many are new.",
            schema: Some(SchemaGenerator::subschema_for::<Set>),
        }],
        refusals: &[400, 413, 415],
        ..USUAL
    },
    Call {
        path: "/ajo/consent/topics",
        operation: "listTopics",
        summary: "Topics to choose from",
        answers: &[Answer { status: 200, about: "By English name.", schema: Some(topics) }],
        ..USUAL
    },
    Call {
        method: "post",
        path: "/ajo/consent/requests",
        operation: "askConsent",
        summary: "Ask for a confirmation by a mail",
        about: "Pending until the person presses the button behind `context.confirmUrl` of the campaign's mail, within 7 days. \
            At most three mails a day go to one address; what is beyond that is answered alike.",
        body: Some(Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<Asked> }),
        answers: &[Answer {
            status: 202,
            about: "Whatever was known of the address.",
            schema: Some(SchemaGenerator::subschema_for::<AskedAnswer>),
        }],
        refusals: &[400, 404, 409, 413, 415],
        ..USUAL
    },
    Call {
        method: "post",
        path: "/ajo/consent/import",
        operation: "importConsent",
        summary: "Enter the choices of a file",
        about: "CSV in UTF-8 whose first line names its columns: `address` or `profile_id`, of which each record has one, and if \
            wanted `channel`, `topic` (id or English name), `choice`, `at`, `proof`. A no always counts; a yes for whoever never answered, and over an answer only \
            with `choice` and a later `at`. Faulty records are left out.",
        parameters: &[FILE_NAME],
        body: Some(FILE),
        answers: &[Answer {
            status: 200,
            about: "What came of it.",
            schema: Some(SchemaGenerator::subschema_for::<FileAnswer>),
        }],
        refusals: &[400, 413, 415],
        ..USUAL
    },
    Call {
        path: "/ajo/consent/export",
        operation: "exportConsent",
        summary: "Everything in force, as a file",
        about: "CSV with the columns `channel`, `address`, `topic`, `choice`, `source`, `at`, `profile_id`. A cell that a spreadsheet would \
            take for a formula has an apostrophe before it; an import takes it off.",
        answers: &[Answer { status: 200, about: "The file.", schema: None }],
        ..USUAL
    },
    Call {
        method: "post",
        path: "/journey/imp/consent/preferences",
        operation: "setConsentOfLink",
        summary: "What a visitor of your own page chose",
        about: "The page's link in the mail carries `params={{ consent_params }}&pid={{ consent_pid }}`.",
        parameters: &[PARAMS, PID, SIG],
        body: Some(Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<OutsideChoices> }),
        answers: &[Answer { status: 204, about: "It holds.", schema: None }],
        refusals: &[400, 413, 415],
        ..USUAL
    },
    Call {
        path: "/journey/imp/consent/decrypt",
        operation: "decryptConsentLink",
        summary: "Whom a link names",
        door: Door::ClientOfAnySandbox,
        parameters: &[PARAMS, PID, EMAIL_PARAMS],
        answers: &[Answer {
            status: 200,
            about: "The recipient of the mail.",
            schema: Some(SchemaGenerator::subschema_for::<PersonOfLink>),
        }],
        ..USUAL
    },
];

fn settings(sent: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "minItems": 1, "maxItems": 1000, "items": sent.subschema_for::<Setting>() })
}

fn topics(answered: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": answered.subschema_for::<OfferedTopic>() })
}

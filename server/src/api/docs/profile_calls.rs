//! The calls about people of whom something is stored.

use domain::execution::Erased;
use domain::id::{ImportId, ProfileId};
use domain::profile::ProfileChange;
use domain::profile_import::ProfileImport;
use schemars::{SchemaGenerator, json_schema};

use super::calls::{Answer, Body, Call, Door, LIMIT, Parameter, path, query, text};
use crate::api::profiles::imports::Imports;
use crate::api::profiles::schema::ProfileSchema;
use crate::api::profiles::{KnownProfile, Profiles};

const PROFILE_ID: Parameter = path("profileId", "The profile.", SchemaGenerator::subschema_for::<ProfileId>);
const IMPORT_ID: Parameter = path("importId", "The import.", SchemaGenerator::subschema_for::<ImportId>);
const CURSOR: Parameter = query("cursor", "`next` of the page before.", text);
const CHANGE: Body = Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<ProfileChange> };
const SCHEMA: Body = Body { media_type: "application/json", schema: SchemaGenerator::subschema_for::<ProfileSchema> };
const PROFILE: Answer =
    Answer { status: 200, about: "As it is now.", schema: Some(SchemaGenerator::subschema_for::<KnownProfile>) };

/// What most of these calls have in common.
const CALL: Call = Call {
    method: "get",
    path: "",
    operation: "",
    tag: "profile",
    summary: "",
    about: "",
    door: Door::Client,
    parameters: &[],
    body: None,
    answers: &[PROFILE],
    refusals: &[404],
};

/// In the order of the page.
pub const CALLS: &[Call] = &[
    Call {
        method: "post",
        path: "/ajo/profiles",
        operation: "upsertProfile",
        summary: "Say something of a person",
        about: "Of whoever has one of the identities, or of somebody new. Attributes are merged as RFC 7396 has it: null \
            removes. Identities of several profiles make these one: the oldest stays, the newer values win. `consents` is of all addresses of \
            the person: a no over a yes, a yes where nobody ever answered.",
        body: Some(CHANGE),
        answers: &[
            Answer {
                status: 201,
                about: "Somebody new.",
                schema: Some(SchemaGenerator::subschema_for::<KnownProfile>),
            },
            PROFILE,
        ],
        refusals: &[400, 413, 415],
        ..CALL
    },
    Call {
        path: "/ajo/profiles",
        operation: "listProfiles",
        summary: "Find people",
        about: "With `namespace` and `userId` whoever has this identity, if anybody. Otherwise newest first, or in the order \
            of user ids with `start`.",
        parameters: &[
            query("namespace", "Of the identity.", text),
            query("userId", "Of the identity, in any case.", text),
            query("start", "How a user id begins, of whatever namespace and in any case.", text),
            query(
                "test",
                "`true`: only people who are made up.",
                |_| json_schema!({ "type": "string", "enum": ["true", "false", ""] }),
            ),
            LIMIT,
            CURSOR,
        ],
        answers: &[Answer { status: 200, about: "A page.", schema: Some(SchemaGenerator::subschema_for::<Profiles>) }],
        refusals: &[400],
        ..CALL
    },
    Call {
        path: "/ajo/profiles/{profileId}",
        operation: "findProfile",
        summary: "One person",
        parameters: &[PROFILE_ID],
        ..CALL
    },
    Call {
        method: "patch",
        path: "/ajo/profiles/{profileId}",
        operation: "changeProfile",
        summary: "Change a profile",
        about: "A JSON merge patch: what is not named stays. Identities, when there are any, become all that the profile has.",
        parameters: &[PROFILE_ID],
        body: Some(CHANGE),
        refusals: &[400, 404, 409, 413, 415],
        ..CALL
    },
    Call {
        method: "delete",
        path: "/ajo/profiles/{profileId}",
        operation: "eraseProfile",
        summary: "Erase a person",
        about: "The profile and everything that is kept under each of its identities: messages, replies, devices, memberships \
            of audiences. Suppressions stay: they keep the person from being written to again. Cannot be undone.",
        parameters: &[PROFILE_ID],
        answers: &[Answer {
            status: 200,
            about: "What was removed.",
            schema: Some(SchemaGenerator::subschema_for::<Erased>),
        }],
        ..CALL
    },
    Call {
        path: "/ajo/profiles/{profileId}/export",
        operation: "exportProfile",
        summary: "Everything that is kept of a person",
        about: "Profile, devices, suppressions, entries of the allow list, what they wrote, memberships, and messages with all \
            that was decided, rendered, sent and told afterwards. An answer that breaks off is no JSON.",
        parameters: &[PROFILE_ID],
        answers: &[Answer {
            status: 200,
            about: "All of it.",
            schema: Some(|_| json_schema!({ "type": "object", "additionalProperties": true })),
        }],
        ..CALL
    },
    Call {
        path: "/ajo/profiles/schema",
        operation: "findProfileSchema",
        summary: "What is known of attributes",
        answers: &[SCHEMA_IS],
        refusals: &[],
        ..CALL
    },
    Call {
        method: "put",
        path: "/ajo/profiles/schema",
        operation: "setProfileSchema",
        summary: "Say what attributes are",
        about: "Replaces the schema. What comes from now on is checked against it; attributes that it does not name are allowed.",
        body: Some(SCHEMA),
        answers: &[SCHEMA_IS],
        refusals: &[400, 413, 415],
        ..CALL
    },
    Call {
        method: "post",
        path: "/ajo/profiles/imports",
        operation: "importProfiles",
        summary: "Say something of many people",
        about: "One row for each: a table, or lines of JSON as for one person (`application/x-ndjson`). The body may be of any size up to \
            `limits.import_max_mb` (2 GB) and is written as it comes. Rows that cannot be written stop no others. Sending the \
            same rows again changes nothing. Columns `consents.email`, `consents.mobile` and `consents.push` are `in` or `out`.",
        body: Some(Body { media_type: "text/csv", schema: text }),
        answers: &[IMPORT],
        refusals: &[400, 413, 415],
        ..CALL
    },
    Call {
        path: "/ajo/profiles/imports",
        operation: "listProfileImports",
        summary: "The newest imports",
        about: "Up to 100.",
        answers: &[Answer {
            status: 200,
            about: "All of them.",
            schema: Some(SchemaGenerator::subschema_for::<Imports>),
        }],
        refusals: &[],
        ..CALL
    },
    Call {
        path: "/ajo/profiles/imports/{importId}",
        operation: "findProfileImport",
        summary: "How far an import is",
        parameters: &[IMPORT_ID],
        answers: &[IMPORT],
        ..CALL
    },
    Call {
        path: "/ajo/profiles/imports/{importId}/errors",
        operation: "findProfileImportErrors",
        summary: "Rows that were not written",
        about: "A table `line,path,text` of the first 10,000 faults.",
        parameters: &[IMPORT_ID],
        answers: &[Answer { status: 200, about: "The table.", schema: None }],
        ..CALL
    },
];

const SCHEMA_IS: Answer =
    Answer { status: 200, about: "The schema.", schema: Some(SchemaGenerator::subschema_for::<ProfileSchema>) };
const IMPORT: Answer =
    Answer { status: 200, about: "The import.", schema: Some(SchemaGenerator::subschema_for::<ProfileImport>) };

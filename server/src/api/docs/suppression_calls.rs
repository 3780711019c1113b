//! The calls of the suppression API.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::calls::{Answer, Body, Call, Door, LIMIT, Parameter, path, query, text};
use crate::api::suppressions::Entries;
use crate::api::suppressions::entry::{Entry, NewListed};
use crate::api::suppressions::uploads::{UploadAccepted, UploadJob, Uploads};

const EMAIL: Parameter = path("email", "The address, in any case.", text);
const DOMAIN: Parameter = path("domain", "The domain, in any case.", text);
const UPLOAD: Parameter = path("jobId", "The file.", text);
const TYPE: Parameter = query(
    "type",
    "`client`: the suppression list. `allowed`: the allow list.",
    |_| json_schema!({ "type": "string", "enum": ["client", "allowed"], "default": "client" }),
);
const ORDER: Parameter = query("orderby", "With `-` before it, the greatest come first.", entry_order);
const UPLOAD_ORDER: Parameter = query("orderby", "With `-` before it, the greatest come first.", upload_order);
const START: Parameter = query("start", "`next` of the page before.", text);
const FILTERS: Parameter = query(
    "property",
    "Filters that hold together: `creationdate<1631739725150`, also with `<=`, `>`, `>=` or `=`; `channel=email`.",
    |_| json_schema!({ "type": "array", "items": { "type": "string" } }),
);
const NEW: Body = Body { media_type: "application/json", schema: new_entries };
const ENTRIES: Answer =
    Answer { status: 200, about: "A page of entries.", schema: Some(SchemaGenerator::subschema_for::<Entries>) };
const ENTRY: Answer =
    Answer { status: 200, about: "The entry.", schema: Some(SchemaGenerator::subschema_for::<Entry>) };
const ADDED: Answer = Answer { status: 201, about: "What now is on the list.", schema: Some(entries) };
const REMOVED: Answer = Answer { status: 204, about: "It is not there any more.", schema: None };

const fn listed(path: &'static str, operation: &'static str, summary: &'static str) -> Call {
    Call {
        method: "get",
        path,
        operation,
        tag: "suppression",
        summary,
        about: "What people want themselves, unsubscribed or STOP, is on neither list.",
        door: Door::Client,
        parameters: &[TYPE, ORDER, LIMIT, START, FILTERS],
        body: None,
        answers: &[ENTRIES],
        refusals: &[400],
    }
}

const fn added(path: &'static str, operation: &'static str, summary: &'static str) -> Call {
    Call {
        method: "post",
        path,
        operation,
        tag: "suppression",
        summary,
        about: "All of them or none. Holds at once. What is on the list already stays; of an entry by hand, comment and user \
            are those of the last call.",
        door: Door::Client,
        parameters: &[TYPE],
        body: Some(NEW),
        answers: &[ADDED],
        refusals: &[400, 409, 413, 415],
    }
}

const fn found(
    path: &'static str,
    operation: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
) -> Call {
    Call {
        method: "get",
        path,
        operation,
        tag: "suppression",
        summary,
        about: "",
        door: Door::Client,
        parameters,
        body: None,
        answers: &[ENTRY],
        refusals: &[400, 404],
    }
}

const fn removed(
    path: &'static str,
    operation: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
) -> Call {
    Call { method: "delete", answers: &[REMOVED], ..found(path, operation, summary, parameters) }
}

/// In the order of the page.
pub const CALLS: &[Call] = &[
    listed("/ajo/config/suppression/addresses", "getAddressesId", "Addresses of a list"),
    added("/ajo/config/suppression/addresses", "addAddressId", "Suppress or allow addresses"),
    found("/ajo/config/suppression/addresses/{email}", "getEmailAddressId", "One address of a list", &[EMAIL, TYPE]),
    removed(
        "/ajo/config/suppression/addresses/{email}",
        "deleteEmailAddressId",
        "Take an address off a list",
        &[EMAIL, TYPE],
    ),
    listed("/ajo/config/suppression/domains", "getDomainsId", "Domains of a list"),
    added("/ajo/config/suppression/domains", "addDomainId", "Suppress or allow domains"),
    found("/ajo/config/suppression/domains/{domain}", "getDomainId", "One domain of a list", &[DOMAIN, TYPE]),
    removed("/ajo/config/suppression/domains/{domain}", "deleteDomainId", "Take a domain off a list", &[DOMAIN, TYPE]),
    Call {
        method: "post",
        path: "/ajo/config/suppression/uploads",
        operation: "uploadId",
        tag: "suppression",
        summary: "Suppress what a file names",
        about: "A CSV file `TYPE,VALUE,COMMENT` of at most 1 MB, type `EMAIL` or `DOMAIN`. It is entered afterwards.",
        door: Door::Client,
        parameters: &[],
        body: Some(Body { media_type: "multipart/form-data", schema: file }),
        answers: &[Answer {
            status: 201,
            about: "The file is on disk.",
            schema: Some(SchemaGenerator::subschema_for::<UploadAccepted>),
        }],
        refusals: &[400, 413, 415],
    },
    Call {
        method: "get",
        path: "/ajo/config/suppression/uploads",
        operation: "getUploadsId",
        tag: "suppression",
        summary: "Files that were sent",
        about: "The newest 1,000 are remembered.",
        door: Door::Client,
        parameters: &[UPLOAD_ORDER, LIMIT, START, FILTERS],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "A page of files.",
            schema: Some(SchemaGenerator::subschema_for::<Uploads>),
        }],
        refusals: &[400],
    },
    Call {
        method: "get",
        path: "/ajo/config/suppression/uploads/{jobId}",
        operation: "getUploadJobId",
        tag: "suppression",
        summary: "How far a file is, and what of it cannot be entered",
        about: "",
        door: Door::Client,
        parameters: &[UPLOAD],
        body: None,
        answers: &[Answer {
            status: 200,
            about: "The file.",
            schema: Some(SchemaGenerator::subschema_for::<UploadJob>),
        }],
        refusals: &[400, 404],
    },
    Call {
        method: "delete",
        path: "/ajo/config/suppression/uploads/{jobId}",
        operation: "deleteUploadJobId",
        tag: "suppression",
        summary: "Forget a file",
        about: "What it entered stays; the rest of it is not entered.",
        door: Door::Client,
        parameters: &[UPLOAD],
        body: None,
        answers: &[REMOVED],
        refusals: &[400, 404],
    },
    Call {
        method: "delete",
        path: "/ajo/config/suppression/admin/{imsOrgId}/{sandboxId}",
        operation: "deleteAllSuppressions",
        tag: "suppression",
        summary: "Empty the suppression list",
        about: "Of the sandbox of the headers. Files that are being entered end as `CANCELED`. The allow list stays, and what \
            people want themselves.",
        door: Door::Client,
        parameters: &[
            path("imsOrgId", "The same as the header `x-gw-ims-org-id`.", text),
            path("sandboxId", "The same as the header `x-sandbox-name`.", text),
        ],
        body: None,
        answers: &[Answer { status: 202, about: "The list is empty.", schema: None }],
        refusals: &[400, 404],
    },
];

fn new_entries(sent: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array", "minItems": 1, "maxItems": 1000, "items": sent.subschema_for::<NewListed>()
    })
}

fn entries(answered: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": answered.subschema_for::<Entry>() })
}

fn file(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["file"],
        "properties": { "file": { "type": "string", "format": "binary" } }
    })
}

/// Both directions of each.
fn either_way(names: &[&str], usual: &str) -> Schema {
    let words: Vec<String> = names.iter().flat_map(|name| [(*name).to_owned(), format!("-{name}")]).collect();
    json_schema!({ "type": "string", "enum": words, "default": usual })
}

fn entry_order(_: &mut SchemaGenerator) -> Schema {
    let names = [
        "entityvalue",
        "entitytype",
        "creationdate",
        "lastmodifieddate",
        "suppresseddate",
        "suppresseduser",
        "suppressedcomment",
    ];
    either_way(&names, "-creationdate")
}

fn upload_order(_: &mut SchemaGenerator) -> Schema {
    let names = [
        "jobid",
        "user",
        "filename",
        "createtime",
        "endtime",
        "status",
        "responsecode",
        "recordcount",
        "handledcount",
        "failedcount",
        "id",
    ];
    either_way(&names, "-createtime")
}

//! The one table of everything that a call can be refused with. It stands on the page `/docs` and in `docs/api.md`; a test
//! compares both, and every refusal that a test meets must be in it.

/// May the caller use the `requestId` of the refused call again?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reuse {
    /// Nothing was stored under it.
    Corrected,
    /// Nothing was stored, or the same call is harmless.
    SameCall,
    /// It stands for another call.
    No,
    /// The call has none.
    NoRequestId,
}

impl Reuse {
    /// The answer in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Corrected => "yes, with the corrected call",
            Self::SameCall => "yes, with the very same call",
            Self::No => "no, use a new one",
            Self::NoRequestId => "–",
        }
    }
}

/// Codes with one remedy.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub status: &'static [u16],
    pub codes: &'static [&'static str],
    pub what_to_do: &'static str,
    pub reuse: Reuse,
}

const fn row(status: &'static [u16], codes: &'static [&'static str], what_to_do: &'static str, reuse: Reuse) -> Row {
    Row { status, codes, what_to_do, reuse }
}

/// Every code of the calls under `/ajo`.
pub const ERRORS: &[Row] = &[
    row(&[400], &["malformed_json"], "send JSON; the title names line and column", Reuse::Corrected),
    row(
        &[400],
        &["missing_field", "wrong_type", "unknown_word", "duplicate_field"],
        "correct the field at the path",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["required", "too_long", "control_character"],
        "give a text in one line, of the allowed length",
        Reuse::Corrected,
    ),
    row(&[400], &["recipient_count"], "send 1 to 20 recipients; split larger calls", Reuse::Corrected),
    row(&[400], &["duplicate_recipient"], "name each `userId` of a namespace once", Reuse::Corrected),
    row(&[400], &["bad_email_address"], "correct the address, or leave the recipient out", Reuse::Corrected),
    row(&[400], &["bad_domain"], "correct the domain, such as `example.com`", Reuse::NoRequestId),
    row(&[400], &["entry_count"], "send 1 to 1,000 entries in one call", Reuse::NoRequestId),
    row(
        &[400],
        &["bad_csv"],
        "send a CSV file in UTF-8 that begins with the line `TYPE,VALUE,COMMENT`; of profiles with a header that names an identity, of consent with the names of its columns",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["unknown_topic", "repeated", "in_the_future", "not_settable"],
        "of consent: name a topic of the sandbox, each address and topic once, a time that is over, and `in` or `out`",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["one_of_both", "unknown_profile"],
        "of consent: give either `address` or `profileId`, and the id of a profile of the sandbox",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["not_transactional"],
        "name a transactional campaign: whoever has not agreed yet gets no marketing",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["bad_params"],
        "send `params` and `pid` as the link of the mail has them, with the sandbox that sent it",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["bad_phone_number"],
        "of a mobile campaign: send the number with its country, such as `+821012345678`, or leave the recipient out",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["bad_push_token"],
        "send the device's token in one line, and no longer than 2,000 bytes; for `web` the whole subscription as the browser gives it, with its keys",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["bad_event", "render_failed"],
        "of a live activity: send `start`, `update` or `end`, and the values that the name of the activity is made of",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["no_live_activity", "not_live_activity"],
        "of a device: only tokens for `apns` and `apnsSandbox` are of live activities, and only these name one",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["unitary_campaign", "high_throughput_campaign", "marketing_campaign"],
        "the code says what the campaign is: call the address that the text names",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["external_only"],
        "send recipients of type `external`, or switch high throughput off in the campaign",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["context_too_large"],
        "send at most `limits.context_max_kb` (200 KB) of `context` and of `profile` per recipient",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &[
            "bad_base64",
            "bad_file_name",
            "bad_media_type",
            "executable_file",
            "bad_address",
            "only_one",
            "unknown_file",
        ],
        "correct the attachment at the path",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["too_many_files", "files_too_large"],
        "send at most 10 files a message, and `limits.attachments_max_kb` (5 MB) in all",
        Reuse::Corrected,
    ),
    row(&[400], &["only_email"], "leave `attachments` out: the campaign sends no mails", Reuse::Corrected),
    row(
        &[400],
        &["too_deep"],
        "send `context` and `profile` with objects and lists at most 32 levels deep",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["too_many_values"],
        "send fewer recipients in one call: millions of values in small objects or lists take too much memory",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["missing_variable"],
        "send the value that the content reads, or that the campaign's author requires",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["wrong_type"],
        "also of a value that the content reads: send the type that the author gave it; one value where one is printed, \
         a list where one is gone over",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["bad_time"],
        "also at `schedule.executeAt`: send it as RFC 3339, `2026-12-01T09:00:00Z`",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["not_recipients"],
        "at `recipients` of a run: leave them out, or call a transactional campaign",
        Reuse::Corrected,
    ),
    row(&[400], &["after_end"], "at `schedule.executeAt`: choose a time before the campaign's end", Reuse::Corrected),
    row(
        &[400],
        &["not_an_image", "incomplete_image", "too_many_pixels", "image_too_large", "too_many_images"],
        "send a whole PNG, JPEG, GIF or WebP image, of the allowed size; remove images that nothing shows",
        Reuse::NoRequestId,
    ),
    row(&[400], &["incomplete_body"], "send the whole body", Reuse::SameCall),
    row(
        &[400],
        &["bad_query", "out_of_range", "bad_id", "bad_time", "end_before_start"],
        "correct the parameter of the address",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["identity_count", "too_many_identities"],
        "of a profile: give 1 to 20 identities, no more than 100 altogether; of a table, fill a column of identities in each row",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["attributes_too_large", "bad_language", "unknown_time_zone"],
        "of a profile: at most 64 KB of attributes, a language such as `ko-KR`, a time zone such as `Asia/Seoul`",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["too_many", "bad_attribute_path", "stands_twice", "not_in_an_object"],
        "of a schema, or of the columns of a table: correct the path, and name it once",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["unsupported_channel", "too_large", "bad_name", "type_frozen", "unknown_fragment"],
        "of a template or a fragment: see the title, and `docs/library.md`",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["unknown_treatment"],
        "name a treatment by its id, as the figures of the experiment have it",
        Reuse::NoRequestId,
    ),
    row(&[401], &["missing_token", "missing_header"], "send the header, once", Reuse::SameCall),
    row(&[401], &["bad_token", "expired_token"], "ask for a new token", Reuse::SameCall),
    row(&[401], &["wrong_api_key"], "send the client id that the token was issued to", Reuse::SameCall),
    row(&[401], &["wrong_sandbox"], "send the sandbox of the client, or use another client", Reuse::SameCall),
    row(&[401], &["wrong_organization"], "send the organization that `security.organization` names", Reuse::SameCall),
    row(&[401], &["revoked_client"], "ask the administrator for a new client", Reuse::SameCall),
    row(
        &[404],
        &["unknown_profile"],
        "store the person first, or leave them out; or let the campaign make profiles (audience step, *Create new profiles*)",
        Reuse::Corrected,
    ),
    row(&[404], &["profile_not_found", "import_not_found"], "it does not exist in this sandbox", Reuse::NoRequestId),
    row(&[404], &["campaign_not_found", "audience_not_found"], "it does not exist in this sandbox", Reuse::Corrected),
    row(&[404], &["experiment_not_found"], "the live version of the campaign has no experiment", Reuse::NoRequestId),
    row(&[404], &["execution_not_found", "message_not_found"], "it does not exist in this sandbox", Reuse::NoRequestId),
    row(&[404], &["schedule_not_found"], "it does not exist in this sandbox, or was cancelled", Reuse::NoRequestId),
    row(
        &[404],
        &["suppression_not_found", "allowed_address_not_found", "upload_not_found"],
        "it is not there, or was removed",
        Reuse::NoRequestId,
    ),
    row(&[404], &["proof_job_not_found"], "the campaign has no such job, or it was removed", Reuse::NoRequestId),
    row(&[404], &["template_not_found", "fragment_not_found"], "it does not exist in this sandbox", Reuse::NoRequestId),
    row(&[404], &["asset_not_found"], "it does not exist in this sandbox", Reuse::NoRequestId),
    row(
        &[404],
        &["published_fragment_not_found", "publication_not_found"],
        "publish the fragment first",
        Reuse::NoRequestId,
    ),
    row(&[404], &["sandbox_not_found"], "name the organization and the sandbox of the headers", Reuse::NoRequestId),
    row(
        &[404, 405],
        &["unknown_address", "wrong_method"],
        "correct the address; `Allow` names the methods",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["no_address", "address_count", "bad_phone_number", "bad_push_token", "bad_subject_prefix", "too_many_proofs"],
        "of proofs: say where they go, 1 to 10 addresses of the campaign's channel for each person, 100 in all; before the subject letters, digits and `. - _ ( ) [ ]`",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["unknown_variant", "too_many_renderings"],
        "of previews and proofs: name a variant that the campaign has; people times variants are 300 at most, so name fewer people, or one variant as `variantId`",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &[
            "configuration_missing",
            "configuration_not_active",
            "wrong_channel",
            "wrong_category",
            "template_syntax",
            "render_failed",
            "no_proof_of_activity",
        ],
        "of previews and proofs: correct the campaign in the console, in whose form the path is",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["audience_fixed"],
        "leave `audience.id` out: the campaign goes to its own audience only",
        Reuse::Corrected,
    ),
    row(
        &[400],
        &["wrong_value", "too_deep", "too_many_conditions", "too_many_past_messages", "out_of_range", "wrong_kind"],
        "of an audience: correct the rule at the path; see `docs/audiences.md`",
        Reuse::NoRequestId,
    ),
    row(
        &[400],
        &["unknown_audience", "unknown_campaign", "name_taken"],
        "of an audience: name a list, or a campaign, of this sandbox; give it, or a fragment, a name of its own",
        Reuse::NoRequestId,
    ),
    row(&[409], &["audience_in_use"], "the title says what needs the audience: change that first", Reuse::NoRequestId),
    row(
        &[409],
        &["changed_meanwhile"],
        "read it again, and send the `revision` of the audience, or the `etag` of the template or the fragment as `If-Match`",
        Reuse::NoRequestId,
    ),
    row(
        &[409],
        &["fragment_in_use"],
        "leave the name, or let the campaigns that the title names use the fragment's id",
        Reuse::NoRequestId,
    ),
    row(
        &[409],
        &["asset_in_use"],
        "take the image out of the campaigns, templates or fragments that the title names",
        Reuse::NoRequestId,
    ),
    row(&[409], &["no_run"], "only executions for an audience can be paused", Reuse::NoRequestId),
    row(
        &[409],
        &["execution_over", "execution_not_paused"],
        "nothing: there is nothing to pause, or it goes on already",
        Reuse::NoRequestId,
    ),
    row(&[409], &["campaign_not_live"], "activate the campaign; a stopped one takes no calls", Reuse::SameCall),
    row(
        &[409],
        &["campaign_paused"],
        "send the same call again when the campaign was resumed in the console",
        Reuse::SameCall,
    ),
    row(&[409], &["before_start", "after_end"], "call between the start and the end of the campaign", Reuse::SameCall),
    row(
        &[409],
        &["winner_chosen", "no_winner", "campaign_over"],
        "of an experiment: there is a winner already, or none, or the campaign is over",
        Reuse::NoRequestId,
    ),
    row(&[409], &["no_audience"], "choose an audience in the campaign, or name one in the call", Reuse::Corrected),
    row(&[409], &["no_public_address"], "set `server.public_url`: links of mails begin so", Reuse::NoRequestId),
    row(&[409], &["audience_empty"], "import a list into the audience", Reuse::SameCall),
    row(&[409], &["schedule_over"], "nothing: its time has come, it cannot be cancelled any more", Reuse::NoRequestId),
    row(&[409], &["schedule_cancelled"], "use a new `requestId` to schedule the call again", Reuse::No),
    row(&[409], &["request_id_reused"], "use a new `requestId` for a new call", Reuse::No),
    row(
        &[409],
        &["identity_taken"],
        "another profile has the identity: upsert both to make them one",
        Reuse::NoRequestId,
    ),
    row(
        &[409],
        &["allow_list_full"],
        "an allow list has at most 1,000 entries: remove some first, or enter domains",
        Reuse::NoRequestId,
    ),
    row(
        &[413],
        &["file_too_large"],
        "send files of at most 1 MB, of consent 16 MB; split larger ones",
        Reuse::NoRequestId,
    ),
    row(&[413], &["import_too_large"], "send at most `limits.import_max_mb` (2 GB) in one import", Reuse::NoRequestId),
    row(&[413], &["body_too_large"], "no valid call has more than about 9 MB", Reuse::Corrected),
    row(
        &[415],
        &["wrong_content_type"],
        "send `Content-Type: application/json`; of a file `multipart/form-data`; of an import `application/x-ndjson` or `text/csv`; of consent `text/csv`; types that end with `+json` are JSON, too",
        Reuse::SameCall,
    ),
    row(
        &[429],
        &["rate_limited", "quota_used_up", "too_many"],
        "send the same call again after `Retry-After` seconds",
        Reuse::SameCall,
    ),
    row(&[500], &["internal"], "send the same call again; `reference` finds the cause in the log", Reuse::SameCall),
    row(
        &[503],
        &["unavailable", "backlog_full"],
        "send the same call again after `Retry-After` seconds",
        Reuse::SameCall,
    ),
];

/// Is this code documented, with this status?
pub fn is_listed(status: u16, code: &str) -> bool {
    ERRORS.iter().any(|row| row.status.contains(&status) && row.codes.contains(&code))
}

/// The table as it stands in `docs/api.md`.
pub fn markdown() -> String {
    let mut table = "| status | code | what to do | may I reuse the `requestId`? |\n|---|---|---|---|\n".to_owned();
    for row in ERRORS {
        let codes: Vec<String> = row.codes.iter().map(|code| format!("`{code}`")).collect();
        let line = [statuses(row), codes.join(", "), row.what_to_do.to_owned(), row.reuse.words().to_owned()];
        table.push_str(&format!("| {} |\n", line.join(" | ")));
    }
    table
}

/// `404, 405`.
pub fn statuses(row: &Row) -> String {
    row.status.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

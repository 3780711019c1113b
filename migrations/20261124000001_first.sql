-- One text for SQLite and PostgreSQL. Times are milliseconds since 1970 (BIGINT); documents are JSON in TEXT columns
-- and never queried by content; ids and states are text.

-- Sandboxes separate all data and API clients. mode: capture | live.
CREATE TABLE sandboxes (
    name TEXT PRIMARY KEY,
    mode TEXT NOT NULL
);

INSERT INTO sandboxes (name, mode) VALUES ('dev', 'capture'), ('prod', 'capture');

-- People who sign in to the console. email is stored in lower case.
CREATE TABLE console_users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL, -- Argon2id, PHC string
    created_at BIGINT NOT NULL
);

-- Signed-in browsers. Only a hash of the cookie is kept.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    console_user_id TEXT NOT NULL REFERENCES console_users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (console_user_id);

-- Outside systems that call the execution API.
CREATE TABLE api_clients (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL REFERENCES sandboxes (name),
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL, -- SHA-256 of 256 random bits
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

CREATE INDEX api_clients_by_sandbox ON api_clients (sandbox, id);

CREATE TABLE channel_configurations (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL REFERENCES sandboxes (name),
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    category TEXT NOT NULL,
    status TEXT NOT NULL,
    definition TEXT NOT NULL, -- JSON: from, reply-to, transport; no secret
    secret TEXT, -- encrypted password of the transport
    revision BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by TEXT NOT NULL,
    UNIQUE (sandbox, name)
);

-- status is what people did; start and end dates act on reading.
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL REFERENCES sandboxes (name),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, -- lower case, for filters
    category TEXT NOT NULL,
    channel TEXT NOT NULL,
    status TEXT NOT NULL,
    draft TEXT NOT NULL, -- JSON: the editable definition
    draft_open BOOLEAN NOT NULL, -- the draft differs from the live version
    revision BIGINT NOT NULL, -- counts saves of the draft
    live_version BIGINT,
    live_configuration_id TEXT, -- of the live version
    starts_at BIGINT, -- of the live version
    ends_at BIGINT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by TEXT NOT NULL,
    UNIQUE (sandbox, name)
);

CREATE INDEX campaigns_by_sandbox ON campaigns (sandbox, id);
-- Serves the deactivation of a configuration: does a live campaign use it?
CREATE INDEX campaigns_by_live_configuration ON campaigns (live_configuration_id);

-- Never updated, never deleted.
CREATE TABLE campaign_versions (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    number BIGINT NOT NULL,
    definition TEXT NOT NULL, -- JSON
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (campaign_id, number)
);

-- One accepted call. The unique key is what makes a repeated call harmless.
CREATE TABLE executions (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    campaign_version BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    body_hash TEXT NOT NULL, -- SHA-256 of the call's meaning
    api_client_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (sandbox, campaign_id, request_id)
);

CREATE INDEX executions_by_sandbox ON executions (sandbox, id);
CREATE INDEX executions_by_campaign ON executions (campaign_id, id);
CREATE INDEX executions_by_request ON executions (sandbox, request_id);

-- The queue and the head of the send log: one recipient of one execution.
CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    execution_id TEXT NOT NULL,
    sandbox TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    campaign_version BIGINT NOT NULL,
    configuration_id TEXT NOT NULL, -- of that version: each configuration has its own queue
    channel TEXT NOT NULL,
    lane BIGINT NOT NULL, -- 1 transactional, 2 marketing: lower goes first
    user_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    address TEXT NOT NULL, -- as in the call
    address_key BYTEA NOT NULL, -- lower case, for filters: bytes are ordered alike on both
    user_key BYTEA NOT NULL,
    recipient TEXT NOT NULL, -- JSON: type, profile, context
    state TEXT NOT NULL,
    reason TEXT,
    detail TEXT,
    attempts BIGINT NOT NULL,
    due_at BIGINT, -- next attempt, while queued
    leased_by TEXT, -- process that is sending it
    leased_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Serves the claim: the next messages of a queue that are due.
CREATE INDEX messages_due ON messages (configuration_id, lane, due_at) WHERE state = 'queued';
-- Serves recovery: what was being sent when a process stopped.
CREATE INDEX messages_sending ON messages (leased_until) WHERE state = 'sending';
CREATE INDEX messages_by_sandbox ON messages (sandbox, id);
CREATE INDEX messages_by_state ON messages (sandbox, state, id);
CREATE INDEX messages_by_execution ON messages (execution_id, id);
CREATE INDEX messages_by_campaign ON messages (campaign_id, id);
CREATE INDEX messages_by_address ON messages (sandbox, address_key);
CREATE INDEX messages_by_user ON messages (sandbox, user_key);

-- What was decided and rendered for a message, written with its first attempt.
CREATE TABLE renderings (
    message_id TEXT PRIMARY KEY,
    checked_at BIGINT NOT NULL,
    checks TEXT NOT NULL, -- JSON list of checks
    rendered_at BIGINT,
    subject TEXT,
    html TEXT,
    body_text TEXT,
    headers TEXT -- JSON list of [name, value]
);

-- One try to hand a message over and the answer. Never updated.
CREATE TABLE attempts (
    id TEXT PRIMARY KEY,
    message_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    via TEXT NOT NULL,
    answer TEXT NOT NULL,
    reason TEXT,
    started_at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL
);

CREATE INDEX attempts_by_message ON attempts (message_id, number);

-- A member's number in E.164, for campaigns on the mobile channel; empty: none is known.
ALTER TABLE audience_members ADD COLUMN phone TEXT NOT NULL DEFAULT '';
CREATE INDEX audience_members_by_phone ON audience_members (phone) WHERE phone <> '';

-- Devices on which people take notifications. A person is namespace and user id, in lower case.
CREATE TABLE push_tokens (
    sandbox TEXT NOT NULL,
    platform TEXT NOT NULL,
    token TEXT NOT NULL,
    app TEXT NOT NULL, -- id of the app or web site; free text
    person_key BYTEA NOT NULL,
    user_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    registered_at BIGINT NOT NULL, -- last time the device said so
    PRIMARY KEY (sandbox, platform, token)
);

CREATE INDEX push_tokens_by_person ON push_tokens (sandbox, person_key);

-- Addresses that are not written to any more. configuration_id is empty, or that of the only one concerned.
CREATE TABLE suppressions (
    sandbox TEXT NOT NULL,
    channel TEXT NOT NULL,
    address_key BYTEA NOT NULL, -- lower case
    configuration_id TEXT NOT NULL,
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    message_id TEXT, -- the message that showed it
    created_at BIGINT NOT NULL,
    PRIMARY KEY (sandbox, channel, address_key, configuration_id)
);

-- What providers told of a message after it was handed over. Each thing once, however often it is told.
CREATE TABLE message_events (
    message_id TEXT NOT NULL,
    event_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL, -- by the provider's clock
    received_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    raw TEXT NOT NULL, -- JSON as it came
    PRIMARY KEY (message_id, event_key)
);

-- Names that providers gave to messages, where they cannot carry ours.
CREATE TABLE provider_ids (
    configuration_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (configuration_id, provider_id)
);

CREATE INDEX provider_ids_by_message ON provider_ids (message_id);

-- What people wrote to our numbers, and what was done about it.
CREATE TABLE inbound_messages (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    configuration_id TEXT NOT NULL,
    event_key TEXT NOT NULL,
    sender TEXT NOT NULL,
    receiver TEXT NOT NULL,
    body TEXT NOT NULL,
    meaning TEXT NOT NULL, -- stop, start, help or other
    received_at BIGINT NOT NULL,
    UNIQUE (configuration_id, event_key)
);

CREATE INDEX inbound_messages_by_sandbox ON inbound_messages (sandbox, id);

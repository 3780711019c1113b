-- What people said about marketing. What nobody said is no consent, unless a sandbox takes it for one: opt_in_required | opt_out.
ALTER TABLE sandboxes ADD COLUMN empty_consent TEXT NOT NULL DEFAULT 'opt_in_required';

-- What marketing is about, for people to choose from.
CREATE TABLE topics (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    words TEXT NOT NULL, -- JSON: name and description in each language
    removed BOOLEAN NOT NULL, -- offered to nobody any more; choices of it stay
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by TEXT NOT NULL
);

CREATE INDEX topics_by_sandbox ON topics (sandbox, id);

-- What is in force.
CREATE TABLE consents (
    sandbox TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject_key BYTEA NOT NULL, -- who: the address in lower case
    topic_id TEXT NOT NULL, -- empty: the whole channel
    address TEXT NOT NULL,
    choice TEXT NOT NULL, -- in | out | pending
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    entries BIGINT NOT NULL, -- in the history
    PRIMARY KEY (sandbox, channel, subject_key, topic_id)
);

-- How it came to be so: never changed, and removed only when a person is forgotten.
CREATE TABLE consent_history (
    sandbox TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject_key BYTEA NOT NULL,
    topic_id TEXT NOT NULL,
    number BIGINT NOT NULL, -- from 1
    address TEXT NOT NULL,
    choice TEXT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL, -- when it was said
    recorded_at BIGINT NOT NULL, -- when it was entered here
    proof TEXT NOT NULL, -- text of the form, file and line, what the person wrote
    message_id TEXT, -- the message that was answered
    entered_by TEXT NOT NULL, -- empty: the person
    PRIMARY KEY (sandbox, channel, subject_key, topic_id, number)
);

-- Opt-ins that were asked to be confirmed by a mail.
CREATE TABLE consent_requests (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    channel TEXT NOT NULL,
    subject_key BYTEA NOT NULL,
    address TEXT NOT NULL,
    topics TEXT NOT NULL, -- JSON
    source TEXT NOT NULL, -- text of the form, as the caller tells it
    language TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

-- How often was an address written to in a day?
CREATE INDEX consent_requests_by_address ON consent_requests (sandbox, subject_key, asked_at);
CREATE INDEX consent_requests_by_expiry ON consent_requests (expires_at);

-- Whoever unsubscribed, or wrote STOP to any sender, wants no marketing. STOP also stays what it is: nothing of that sender goes
-- there.
INSERT INTO consent_history
SELECT sandbox, channel, address_key, '', 1, MIN(address), 'out', 'migrated', MIN(created_at),
       MIN(created_at), MIN(detail), MIN(message_id), ''
FROM suppressions WHERE reason IN ('unsubscribed', 'opted_out') AND NOT is_domain
GROUP BY sandbox, channel, address_key;

INSERT INTO consents
SELECT sandbox, channel, subject_key, topic_id, address, choice, source, at, number FROM consent_history;

DELETE FROM suppressions WHERE reason = 'unsubscribed';

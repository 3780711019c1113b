-- What a message costs to write is mostly the number of trees that it stands in. Each of these took one away.

-- The order of the key serves the search by request as well.
CREATE TABLE new_executions (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    campaign_version BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    body_hash TEXT NOT NULL, -- SHA-256 of the call's meaning
    api_client_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (sandbox, request_id, campaign_id)
);

INSERT INTO new_executions SELECT * FROM executions;
DROP TABLE executions;
ALTER TABLE new_executions RENAME TO executions;
CREATE INDEX executions_by_sandbox ON executions (sandbox, id);
CREATE INDEX executions_by_campaign ON executions (campaign_id, id);

-- An attempt is known by its message and its number.
CREATE TABLE new_attempts (
    message_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    via TEXT NOT NULL,
    answer TEXT NOT NULL,
    reason TEXT,
    started_at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    PRIMARY KEY (message_id, number)
);

INSERT INTO new_attempts
SELECT message_id, ROW_NUMBER() OVER (PARTITION BY message_id ORDER BY number, id), outcome, via, answer, reason, started_at,
duration_ms FROM attempts;
DROP TABLE attempts;
ALTER TABLE new_attempts RENAME TO attempts;

-- A message that is being sent is found through messages_sending: it enters this one when that has ended.
DROP INDEX messages_by_state;
CREATE INDEX messages_by_state ON messages (sandbox, state, id) WHERE state <> 'sending';

-- Who is known by the address alone is found by it.
DROP INDEX messages_by_user;
CREATE INDEX messages_by_user ON messages (sandbox, user_key) WHERE user_key <> address_key;

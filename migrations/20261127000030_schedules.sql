-- Calls that are to run at a later time. The change of state decides which of several processes runs one.
CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    audience_id TEXT, -- as in the call; NULL: the campaign's at that time
    request_id TEXT NOT NULL,
    body_hash TEXT NOT NULL, -- SHA-256 of the call's meaning
    context TEXT NOT NULL, -- JSON
    execute_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT, -- why it expired
    detail TEXT,
    execution_id TEXT,
    api_client_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    UNIQUE (sandbox, campaign_id, request_id)
);

CREATE INDEX schedules_due ON schedules (execute_at) WHERE state = 'scheduled';
CREATE INDEX schedules_by_sandbox ON schedules (sandbox, state, execute_at);

-- The part of an execution that makes messages for the members of an audience, in steps. What its messages share is here
-- once.
CREATE TABLE runs (
    execution_id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    campaign_version BIGINT NOT NULL,
    configuration_id TEXT NOT NULL,
    audience_id TEXT NOT NULL,
    import_id TEXT NOT NULL, -- the list as it was when the call was accepted
    context TEXT NOT NULL, -- JSON: of the call, for every recipient
    state TEXT NOT NULL,
    reason TEXT, -- why it was ended early
    targeted BIGINT NOT NULL, -- members of the list when the call was accepted
    position BIGINT NOT NULL, -- of the last member that became a message
    made BIGINT NOT NULL, -- messages so far
    per_second BIGINT, -- rate control
    paced_from BIGINT NOT NULL, -- message number n since then is due n/per_second seconds later
    paced BIGINT NOT NULL, -- messages since then
    ends_at BIGINT, -- what would be due later is excluded; with a rate only
    leased_by TEXT, -- process that is making messages
    leased_until BIGINT,
    created_at BIGINT NOT NULL
);

CREATE INDEX runs_running ON runs (created_at) WHERE state = 'running';
-- Serves the removal of lists: does a run still read it?
CREATE INDEX runs_by_import ON runs (import_id);

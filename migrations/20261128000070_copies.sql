-- Copies of mails that were handed over: for an archive, or for seed addresses. Messages know nothing of them, so nothing
-- counts them.
CREATE TABLE copies (
    id TEXT PRIMARY KEY, -- like that of a message, which it is for servers
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL, -- archive or seed
    address TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT, -- next try, while waiting; a process that is at it has moved it ahead
    tries BIGINT NOT NULL,
    reason TEXT, -- of the last try
    words TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (message_id, kind, address)
);

CREATE INDEX copies_due ON copies (due_at) WHERE state = 'waiting';

-- Versions of campaigns, and runs of them, whose first mail has gone. run_id is empty for a version.
CREATE TABLE first_mails (
    campaign_id TEXT NOT NULL,
    campaign_version BIGINT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (campaign_id, campaign_version, run_id)
);

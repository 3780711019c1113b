-- What the person wants stands beside what we found out, so that neither is lost with the other: an address has at most one
-- row of each. Domains are suppressed as a whole.
CREATE TABLE suppressions_anew (
    sandbox TEXT NOT NULL,
    channel TEXT NOT NULL,
    address_key BYTEA NOT NULL, -- lower case; of a domain without @
    configuration_id TEXT NOT NULL,
    own_wish BOOLEAN NOT NULL, -- unsubscribed, or wrote STOP
    is_domain BOOLEAN NOT NULL,
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    entered_by TEXT NOT NULL, -- empty: nobody did
    message_id TEXT, -- the message that showed it
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (sandbox, channel, address_key, configuration_id, own_wish)
);

INSERT INTO suppressions_anew
SELECT sandbox, channel, address_key, configuration_id, reason IN ('unsubscribed', 'opted_out'), FALSE, address,
       CASE WHEN reason = 'bounced' AND detail LIKE '% soft bounces in a row, %' THEN 'soft_bounced' ELSE reason END,
       detail, '', message_id, created_at, created_at
FROM suppressions;

DROP TABLE suppressions;

ALTER TABLE suppressions_anew RENAME TO suppressions;

-- The list, newest first.
CREATE INDEX suppressions_by_time ON suppressions (sandbox, created_at, address_key);

-- Mails of a sandbox go to nobody else, while its list is active.
ALTER TABLE sandboxes ADD COLUMN allow_list_active BOOLEAN NOT NULL DEFAULT FALSE;

-- At most 1,000 addresses and domains of a sandbox.
CREATE TABLE allowed_addresses (
    sandbox TEXT NOT NULL,
    address_key BYTEA NOT NULL, -- lower case; of a domain without @
    address TEXT NOT NULL,
    comment TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (sandbox, address_key)
);

-- Files of addresses and domains that are to be suppressed.
CREATE TABLE suppression_uploads (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    file_name TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    status TEXT NOT NULL,
    csv TEXT NOT NULL, -- emptied when it is through
    records BIGINT NOT NULL,
    handled BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    failed_records TEXT NOT NULL, -- JSON, the first 1,000
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    leased_until BIGINT NOT NULL -- another process may take it over then
);

CREATE INDEX suppression_uploads_by_sandbox ON suppression_uploads (sandbox, id);

-- Files of people that become lists of audiences.
CREATE TABLE audience_files (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    audience_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    status TEXT NOT NULL,
    columns TEXT NOT NULL, -- JSON list: what each column holds
    namespace TEXT NOT NULL, -- of user ids
    opted_in TEXT NOT NULL, -- how everybody in it agreed to marketing; empty: nobody says so
    bytes BIGINT NOT NULL,
    done_bytes BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    members BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    reason TEXT NOT NULL, -- why it became no list
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    leased_until BIGINT -- a process enters it
);

CREATE INDEX audience_files_by_audience ON audience_files (audience_id, id);
CREATE INDEX audience_files_running ON audience_files (id) WHERE status = 'running';

-- The file itself in pieces, until it was entered.
CREATE TABLE audience_file_pieces (
    file_id TEXT NOT NULL,
    number BIGINT NOT NULL, -- from 0
    bytes BYTEA NOT NULL,
    PRIMARY KEY (file_id, number)
);

-- Rows that were left out, the first 10,000 of each file.
CREATE TABLE audience_file_rejects (
    file_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    path TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (file_id, number)
);

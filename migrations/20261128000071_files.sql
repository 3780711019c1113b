-- Files that go with mails: each stored once, by the SHA-256 of its bytes in hex.
CREATE TABLE files (
    hash TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    touched_at BIGINT NOT NULL -- when it last came in
);

-- Who refers to a file: a campaign's draft (its id), a version of it (id/number), or a message (its id). What nobody refers
-- to is removed.
CREATE TABLE file_uses (
    used_by TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (used_by, hash)
);

CREATE INDEX file_uses_by_hash ON file_uses (hash);

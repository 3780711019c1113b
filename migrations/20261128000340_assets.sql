-- Images that mails show. Their bytes are kept in a folder or in an S3 bucket, under sandbox and hash.
CREATE TABLE assets (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL REFERENCES sandboxes (name),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, -- lower case
    alt TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    sha256 TEXT NOT NULL, -- of the bytes, in hex
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    removed_at BIGINT -- the bytes stay a while, so that it can be put back; 0: they are being removed
);

-- A content is stored once.
CREATE UNIQUE INDEX assets_by_hash ON assets (sandbox, sha256);
CREATE INDEX assets_in_order ON assets (sandbox, id) WHERE removed_at IS NULL;
CREATE INDEX assets_removed ON assets (removed_at) WHERE removed_at IS NOT NULL;

-- People who are addressed together.
CREATE TABLE audiences (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL REFERENCES sandboxes (name),
    name TEXT NOT NULL,
    import_id TEXT, -- the list that is in force: of the last import that came to its end
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (sandbox, name)
);

-- One reading of a list. Its members are there for good or not at all: until it is in force nobody sees them.
CREATE TABLE audience_imports (
    id TEXT PRIMARY KEY,
    audience_id TEXT NOT NULL REFERENCES audiences (id),
    members BIGINT NOT NULL, -- once it is finished
    started_by TEXT NOT NULL,
    touched_at BIGINT NOT NULL, -- last written to, finished or replaced: what is old and not in force is removed
    finished_at BIGINT
);

CREATE INDEX audience_imports_by_audience ON audience_imports (audience_id);

-- The people of one import, numbered in the order of the list. A run goes through them by that number.
CREATE TABLE audience_members (
    import_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    member_key BYTEA NOT NULL, -- namespace and user id in lower case: nobody stands twice in a list
    user_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    address TEXT NOT NULL,
    address_key BYTEA NOT NULL, -- lower case: a person is found by it to be erased
    profile TEXT NOT NULL, -- JSON
    PRIMARY KEY (import_id, position),
    UNIQUE (import_id, member_key)
);

CREATE INDEX audience_members_by_address ON audience_members (address_key);

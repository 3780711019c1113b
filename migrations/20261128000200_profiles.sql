-- What is stored of a person.
CREATE TABLE profiles (
    sandbox TEXT NOT NULL,
    id TEXT NOT NULL,
    attributes TEXT NOT NULL, -- JSON object, at most 64 KB
    time_zone TEXT NOT NULL, -- IANA; empty: not known
    language TEXT NOT NULL, -- BCP 47; empty: not known
    is_test BOOLEAN NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (sandbox, id)
);

-- Serves the list of test profiles.
CREATE INDEX profiles_for_tests ON profiles (sandbox, id) WHERE is_test;

-- By what a person is known. An identity is of one profile.
CREATE TABLE profile_identities (
    sandbox TEXT NOT NULL,
    identity_key BYTEA NOT NULL, -- lower case: user id, line break, namespace
    profile_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (sandbox, identity_key)
);

-- Serves a profile's page, and merging.
CREATE INDEX profile_identities_by_profile ON profile_identities (profile_id);

-- What is known of the attributes of a sandbox's profiles.
CREATE TABLE profile_schemas (
    sandbox TEXT PRIMARY KEY,
    attributes TEXT NOT NULL, -- JSON list
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);

-- Files and calls of many profiles.
CREATE TABLE profile_imports (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    file_name TEXT NOT NULL, -- empty: a call
    format TEXT NOT NULL,
    started_by TEXT NOT NULL,
    status TEXT NOT NULL,
    total_bytes BIGINT, -- as far as it was told before
    bytes BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL, -- running and not touched for a while: its process is gone
    ended_at BIGINT
);

CREATE INDEX profile_imports_by_sandbox ON profile_imports (sandbox, id);

-- Rows that were not written, the first 10,000 of each import.
CREATE TABLE profile_import_faults (
    import_id TEXT NOT NULL,
    number BIGINT NOT NULL, -- from 1
    line BIGINT NOT NULL,
    path TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (import_id, number)
);

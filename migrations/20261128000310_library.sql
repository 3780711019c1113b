-- What contents are made of: templates to start from, and fragments, which many contents share.
CREATE TABLE library (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL REFERENCES sandboxes (name),
    shelf TEXT NOT NULL, -- templates or fragments
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, -- lower case
    kind TEXT NOT NULL,
    channel TEXT NOT NULL, -- as callers name it
    status TEXT NOT NULL, -- of fragments
    about TEXT NOT NULL, -- JSON: what lists tell beside
    body TEXT NOT NULL, -- JSON: what it says
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by TEXT NOT NULL,
    published BIGINT, -- number of the publication that contents get
    publication TEXT -- JSON: what became of the last one that was asked for
);

CREATE INDEX library_by_shelf ON library (sandbox, shelf, id);
-- Contents name a fragment by its name.
CREATE UNIQUE INDEX fragments_by_name ON library (sandbox, name_key) WHERE shelf = 'fragments';

-- What a fragment said when it was published: never changes.
CREATE TABLE fragment_publications (
    fragment_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (fragment_id, number)
);

-- Which version of a campaign names which fragment. The version holds what the fragments said: one that is published makes new
-- versions.
CREATE TABLE fragment_uses (
    reference TEXT NOT NULL, -- its id, or its name, in lower case
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    version BIGINT NOT NULL,
    PRIMARY KEY (reference, campaign_id, version)
);

-- How often marketing may reach a person, and when it may not. The global set of a sandbox has the same id everywhere, and no
-- row until somebody changes it.
CREATE TABLE rule_sets (
    sandbox TEXT NOT NULL REFERENCES sandboxes (name),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL, -- lower case
    status TEXT NOT NULL,
    definition TEXT NOT NULL, -- JSON: description, rules
    revision BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    modified_by TEXT NOT NULL,
    PRIMARY KEY (sandbox, id),
    UNIQUE (sandbox, name_key)
);

-- How many messages a person got in a window of a cap. Windows of one rule have different ends; a window is over when it has
-- ended, and then nobody needs the row.
CREATE TABLE cap_counters (
    window_end BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    person_key BYTEA NOT NULL, -- who it is cannot be read from it
    used BIGINT NOT NULL,
    PRIMARY KEY (window_end, rule_id, person_key)
);

-- What a message counts for, so that it never counts twice and can give it back.
CREATE TABLE cap_places (
    message_id TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    window_end BIGINT NOT NULL,
    person_key BYTEA NOT NULL,
    PRIMARY KEY (message_id, rule_id)
);

-- Since when a message has waited for the end of quiet hours, and when they ended for it: its retry window begins there.
ALTER TABLE messages ADD COLUMN quiet_since BIGINT;
ALTER TABLE messages ADD COLUMN quiet_until BIGINT;

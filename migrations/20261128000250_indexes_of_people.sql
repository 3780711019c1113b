-- SQLite knows nothing of how many rows a sandbox has: where an index of few rows does not have the sandbox first, or not the
-- order that is asked for, it takes another one and reads all rows of the sandbox.
DROP INDEX profile_identities_by_profile;
CREATE INDEX profile_identities_by_profile ON profile_identities (sandbox, profile_id);

DROP INDEX push_tokens_by_person;
CREATE INDEX push_tokens_by_person ON push_tokens (sandbox, person_key, registered_at);

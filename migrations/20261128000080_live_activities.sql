-- What a token is good for: notifications of a device, starting live activities, or updating one. activity is the type of the
-- attributes, or what the app calls the activity; empty: any type.
ALTER TABLE push_tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'device';
ALTER TABLE push_tokens ADD COLUMN activity TEXT NOT NULL DEFAULT '';

-- The first time that the device said so.
ALTER TABLE push_tokens ADD COLUMN first_at BIGINT NOT NULL DEFAULT 0;
UPDATE push_tokens SET first_at = registered_at;

-- The list of a sandbox, the newest first; of one person in it.
CREATE INDEX push_tokens_by_time ON push_tokens (sandbox, registered_at);
CREATE INDEX push_tokens_by_user ON push_tokens (sandbox, LOWER(user_id));

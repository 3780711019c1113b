-- The user id as it is compared, for lists and removals that name no namespace. `LOWER` of SQLite knows only the letters of ASCII:
-- what it leaves is mended when the device registers again.
ALTER TABLE push_tokens ADD COLUMN user_key TEXT NOT NULL DEFAULT '';
UPDATE push_tokens SET user_key = LOWER(user_id);
DROP INDEX push_tokens_by_user;
CREATE INDEX push_tokens_by_user ON push_tokens (sandbox, user_key);

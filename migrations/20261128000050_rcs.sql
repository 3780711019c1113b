-- Rich messages that go as SMS instead: each once, and for good.
CREATE TABLE fallbacks (
    message_id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL -- the provider's own
);

-- The provider's name of what went as RCS. What is told under it says nothing of the SMS that went instead.
ALTER TABLE provider_ids ADD COLUMN is_rcs BIGINT NOT NULL DEFAULT 0;

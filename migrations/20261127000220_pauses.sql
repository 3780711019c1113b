-- A paused campaign: who paused it, when and why (JSON). Kept when it is stopped from there: what waits then never goes.
ALTER TABLE campaigns ADD COLUMN pause TEXT;
CREATE INDEX campaigns_paused ON campaigns (id) WHERE pause IS NOT NULL;

-- How many messages of a campaign failed for good since the last one that did not. No row: none.
CREATE TABLE campaign_failures (
    campaign_id TEXT PRIMARY KEY,
    in_a_row BIGINT NOT NULL
);

-- Serves the release of messages that a pause holds: queued, and not due at any time.
CREATE INDEX messages_held ON messages (campaign_id) WHERE state = 'queued' AND due_at IS NULL;

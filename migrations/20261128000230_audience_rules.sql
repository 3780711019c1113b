-- An audience is a list that was imported, or whoever a rule holds of when a run begins. NULL: a list.
ALTER TABLE audiences ADD COLUMN rule TEXT; -- JSON
ALTER TABLE audiences ADD COLUMN revision BIGINT NOT NULL DEFAULT 1; -- counts changes of name and rule
ALTER TABLE audiences ADD COLUMN modified_at BIGINT; -- of name and rule; NULL: never
ALTER TABLE audiences ADD COLUMN modified_by TEXT;

-- A run by a rule goes through the profiles that there were when the call was accepted, in the order of their ids. Its position
-- counts those that it has looked at.
ALTER TABLE runs ADD COLUMN rule TEXT; -- JSON: as it was when the call was accepted; NULL: a list
ALTER TABLE runs ADD COLUMN last_profile TEXT NOT NULL DEFAULT ''; -- that it has looked at

-- While a run is paused.
ALTER TABLE runs ADD COLUMN paused_at BIGINT;
ALTER TABLE runs ADD COLUMN paused_by TEXT;

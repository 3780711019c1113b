-- A message that another configuration sends, because that of its campaign could not: home_id is the campaign's own.
ALTER TABLE messages ADD COLUMN home_id TEXT;

CREATE INDEX messages_away ON messages (configuration_id, due_at) WHERE state = 'queued' AND home_id IS NOT NULL;

-- Name of the configuration that made the attempt instead of the campaign's own.
ALTER TABLE attempts ADD COLUMN failover TEXT;

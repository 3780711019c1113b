-- What was answered to a person, and how sending it ended; NULL: nothing was.
ALTER TABLE inbound_messages ADD COLUMN reply TEXT;
ALTER TABLE inbound_messages ADD COLUMN reply_outcome TEXT;

CREATE INDEX inbound_messages_by_sender ON inbound_messages (configuration_id, sender, received_at);

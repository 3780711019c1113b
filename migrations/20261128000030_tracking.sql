-- The link of the content that a click followed; NULL for everything else, and for what programs do by themselves.
ALTER TABLE message_events ADD COLUMN link BIGINT;

-- Links of mobile messages, by the code that stands in the message. They end with their time, whatever becomes of the message.
CREATE TABLE short_links (
    code TEXT PRIMARY KEY,
    message_id TEXT NOT NULL,
    link BIGINT NOT NULL, -- number of the link in the content
    target TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX short_links_by_message ON short_links (message_id);
CREATE INDEX short_links_by_expiry ON short_links (expires_at);

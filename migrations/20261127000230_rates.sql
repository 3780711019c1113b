-- How fast the messages of a configuration may go. A row is a line in which each message takes the next place: of the
-- configuration as a whole (domain ''), and of each destination domain. Survives a restart, and holds for all processes.
CREATE TABLE rates (
    configuration_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    lane_group BIGINT NOT NULL, -- 1 transactional and high throughput, 2 marketing; 0 in the line of the configuration
    next_at BIGINT NOT NULL, -- microseconds since 1970: when the next place in this line is free
    PRIMARY KEY (configuration_id, domain, lane_group)
);

-- Serves the removal of lines in which nobody stands any more.
CREATE INDEX rates_by_next ON rates (next_at);

-- The place that a message has in the line of its domain, while it waits for it.
ALTER TABLE messages ADD COLUMN slot_at BIGINT;

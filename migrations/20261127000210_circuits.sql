-- Channel configurations whose server takes nothing at the moment: a row is an open circuit. Their queues stand still but
-- for one message at a time that probes.
CREATE TABLE circuits (
    configuration_id TEXT PRIMARY KEY,
    opened_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL, -- the server's own
    pause_ms BIGINT NOT NULL, -- before the next probe; doubles with each that fails
    next_try_at BIGINT NOT NULL -- while a probe is under way: when it counts as lost
);

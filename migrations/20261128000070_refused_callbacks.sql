-- Callbacks that were refused, counted by the hour: whoever sends many adds no rows. Those of the last day stay.
CREATE TABLE refused_callbacks (
    configuration_id TEXT NOT NULL,
    hour BIGINT NOT NULL, -- its beginning
    times BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    kind TEXT NOT NULL, -- of the last one
    words TEXT NOT NULL,
    PRIMARY KEY (configuration_id, hour)
);

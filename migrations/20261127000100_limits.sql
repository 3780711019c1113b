-- What an API client may call: its own numbers where they differ from the settings. NULL: those of the settings; 0: no limit.
ALTER TABLE api_clients ADD COLUMN requests_per_second BIGINT;
ALTER TABLE api_clients ADD COLUMN requests_per_day BIGINT;

-- Trigger calls of a client on a day (days since 1970, UTC). Processes take blocks of calls, so a row changes rarely.
CREATE TABLE api_client_days (
    client_id TEXT NOT NULL,
    day BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (client_id, day)
);

-- One row that is written to find out whether the storage takes anything again.
CREATE TABLE storage_probes (
    id BIGINT PRIMARY KEY,
    probes BIGINT NOT NULL
);

INSERT INTO storage_probes (id, probes) VALUES (1, 0);

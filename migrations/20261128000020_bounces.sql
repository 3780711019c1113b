-- The private key that signs mails (DKIM), encrypted; beside `secret`, because it stays when the transport changes.
ALTER TABLE channel_configurations ADD COLUMN dkim_key TEXT;

-- Soft bounces of an address since something last arrived there, counted at most once a day.
CREATE TABLE soft_bounces (
    sandbox TEXT NOT NULL,
    address_key BYTEA NOT NULL, -- lower case
    bounces BIGINT NOT NULL,
    last_at BIGINT NOT NULL, -- of the last that was counted
    PRIMARY KEY (sandbox, address_key)
);

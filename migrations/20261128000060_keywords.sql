-- By which keyword a message was understood, and what that changed for whoever wrote it.
ALTER TABLE inbound_messages ADD COLUMN keyword TEXT NOT NULL DEFAULT '';
ALTER TABLE inbound_messages ADD COLUMN effect TEXT NOT NULL DEFAULT 'none';
UPDATE inbound_messages SET effect = 'opted_out' WHERE meaning = 'stop';
UPDATE inbound_messages SET effect = 'opted_in' WHERE meaning = 'start';

-- The list of replies, newest first, by what it is filtered by.
CREATE INDEX inbound_messages_by_number ON inbound_messages (sandbox, sender, id);
CREATE INDEX inbound_messages_by_configuration ON inbound_messages (configuration_id, id);
CREATE INDEX inbound_messages_by_meaning ON inbound_messages (sandbox, meaning, id);

-- Opt-ins that were asked to be confirmed. Without the confirmation nothing changes.
CREATE TABLE opt_in_requests (
    configuration_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    sandbox TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, -- a confirmation after this confirms nothing
    PRIMARY KEY (configuration_id, sender)
);

CREATE INDEX opt_in_requests_by_person ON opt_in_requests (sandbox, sender);
CREATE INDEX opt_in_requests_by_expiry ON opt_in_requests (expires_at);

-- What proofs of a draft say: the draft as it was at one of its saves. Nothing but messages of proofs refers to it.
CREATE TABLE proof_versions (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    number BIGINT NOT NULL, -- below zero, which no version is: -7 is the draft of the seventh save
    definition TEXT NOT NULL, -- JSON
    used_at BIGINT NOT NULL, -- by the last proof
    PRIMARY KEY (campaign_id, number)
);

CREATE INDEX proof_versions_by_use ON proof_versions (used_at);

-- Proofs go in a lane of their own. They are few: these cost other messages nothing. The first serves the filter of the log,
-- the second the list of a campaign's proofs.
CREATE INDEX messages_proofs ON messages (sandbox, id) WHERE lane = 3;
CREATE INDEX messages_proofs_by_campaign ON messages (campaign_id, execution_id) WHERE lane = 3;

-- What was decided of an experiment since its campaign was activated with it.
CREATE TABLE experiments (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    experiment_id TEXT NOT NULL,
    next_look_at BIGINT, -- when its figures are looked at next; NULL: they decide nothing
    shares TEXT, -- JSON: percents by treatment, as the figures have it; NULL: as the author said
    shared_out_at BIGINT,
    winner TEXT, -- treatment
    winner_at BIGINT,
    winner_by TEXT,
    is_by_hand BOOLEAN NOT NULL, -- somebody has decided: figures choose no winner any more
    PRIMARY KEY (campaign_id, experiment_id)
);

CREATE INDEX experiments_by_look ON experiments (next_look_at) WHERE next_look_at IS NOT NULL;

-- How many messages there are of each treatment of which something is known. Kept when messages go.
CREATE TABLE experiment_counts (
    campaign_id TEXT NOT NULL,
    experiment_id TEXT NOT NULL,
    treatment TEXT NOT NULL, -- empty: those who get nothing
    held_out BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    clicked BIGINT NOT NULL,
    unsubscribed BIGINT NOT NULL,
    since BIGINT NOT NULL, -- when the first one was counted
    PRIMARY KEY (campaign_id, experiment_id, treatment)
);

-- What was counted of a message: each thing once. Goes with the message.
CREATE TABLE experiment_facts (
    message_id TEXT NOT NULL,
    fact TEXT NOT NULL,
    PRIMARY KEY (message_id, fact)
);

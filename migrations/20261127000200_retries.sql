-- Attempts that moved the message along the schedule of retries. One that found no server does not count here.
ALTER TABLE messages ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
UPDATE messages SET tries = attempts WHERE state IN ('queued', 'sending');

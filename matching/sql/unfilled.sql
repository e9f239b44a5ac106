-- Openings where somebody left a place and the next is to move up. Whoever matches only queues them: such a list is read whole,
-- and nobody who is to be matched waits for that (matching/jobs.py).
CREATE TABLE matching_vacated (
    opening_id bigint PRIMARY KEY, -- no reference: in one that was deleted nobody moves up
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL, -- later, when it went wrong
    tries smallint NOT NULL DEFAULT 0
);

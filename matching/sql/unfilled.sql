-- Openings whose first places are to be filled: new ones, changed ones, and where somebody left a place. Whoever matches
-- only queues them: such a list is read whole, and nobody who is to be matched waits for that (matching/jobs.py).
CREATE TABLE matching_unfilled (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opening_id bigint NOT NULL, -- no reference: of one that was deleted nothing is read
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL, -- later, when it went wrong
    tries smallint NOT NULL DEFAULT 0
);

-- Matches of which somebody is still to be told. Whoever matches only queues them: telling takes as long as matching, and
-- nobody who is to be matched waits for it (matching/tell.py). In both sides' columns of matching_match they count as told.
CREATE TABLE matching_untold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    match_id bigint NOT NULL, -- no reference: one that was deleted is told to nobody
    to_trainee boolean NOT NULL,
    to_hirer boolean NOT NULL,
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL, -- later, when it went wrong
    tries smallint NOT NULL DEFAULT 0
);

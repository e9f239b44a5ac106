-- Events: what changed about people and openings is matched in one statement, and what is to be told of it queued.

-- One event or a batch, in one go: match these people and openings as `matching_step` does, and queue what both sides
-- are to be told. Returns how many matches that is about; NULL, and nothing was done, where somebody else matches at this
-- moment or distances are to be measured first. All is switched on again: what `matching_take` switches off for its own
-- statements would rule the plans that those called from here keep.
CREATE FUNCTION matching_event(people bigint[], openings bigint[], day date, moment timestamptz, most integer)
RETURNS integer LANGUAGE plpgsql SET enable_hashjoin = on SET enable_mergejoin = on SET enable_seqscan = on SET enable_bitmapscan = on
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    news integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock({lock}) THEN
        RETURN NULL;
    END IF;
    IF openings <> '{}' AND EXISTS (SELECT FROM openings_opening o
                                     WHERE o.id = ANY (openings) AND o.zip ~ '^[0-9]{5}$'
                                       AND NOT EXISTS (SELECT FROM matching_near n WHERE n.work = o.zip::integer)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO matching_untold (match_id, to_trainee, to_hirer, queued_at, due_at)
    SELECT c.match_id, c.to_trainee, c.to_hirer, moment, moment
      FROM unnest(matching_step(people, openings, day, moment, most, true)) c WHERE c.to_trainee OR c.to_hirer;
    GET DIAGNOSTICS news = ROW_COUNT;
    RETURN news;
END $$;

-- What waits in this room, the first `most` of it, taken, matched and marked done in one go: a worker asks once and commits
-- once. Left to whoever takes handoffs one by one: what was tried before, kinds not named, and openings from which
-- distances are to be measured first. `taken` is how much it was; `more` says whether something that is due is in nobody's
-- hands. While somebody else matches this waits, and takes what came meanwhile as well; where that lasts, as a night's
-- rematch does, both are NULL: that is to be waited for with no statement open. `lists` says whether lists of openings are
-- to be read.
CREATE FUNCTION matching_take(
    of_fact text[], of_person text[], of_opening text[], day date, moment timestamptz, first integer, most integer,
    OUT taken integer, OUT more boolean, OUT lists boolean
) LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off
SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    people bigint[];
    openings bigint[];
    asked CONSTANT timestamptz := clock_timestamp();
    patience CONSTANT text := current_setting('lock_timeout');
    waits boolean;
BEGIN
    -- Lost in a crash, the work is still waiting.
    PERFORM set_config('synchronous_commit', 'off', true);
    IF NOT pg_try_advisory_xact_lock({lock}) THEN
        -- What others are at is locked. A bell that rang for nothing else keeps no worker waiting. The look itself is undone:
        -- locked by those who wait, what has waited longest would be left by each whose turn it is.
        BEGIN
            PERFORM FROM ledger_handoff h
              WHERE h.room = 'matching' AND h.state = 'waiting' AND h.due_at <= moment
                AND (h.leased_until IS NULL OR h.leased_until < moment)
              LIMIT 1 FOR KEY SHARE SKIP LOCKED;
            waits := FOUND;
            RAISE EXCEPTION USING ERRCODE = 'TLOOK';
        EXCEPTION WHEN SQLSTATE 'TLOOK' THEN
        END;
        IF NOT waits THEN
            taken := 0;
            more := false;
            lists := false;
            RETURN;
        END IF;
        BEGIN
            PERFORM set_config('lock_timeout', '2s', true);
            PERFORM pg_advisory_xact_lock({lock});
        EXCEPTION WHEN lock_not_available THEN
            RETURN;
        END;
        PERFORM set_config('lock_timeout', patience, true);
        moment := moment + (clock_timestamp() - asked);
    END IF;
    WITH due AS MATERIALIZED (
        SELECT h.id FROM ledger_handoff h
         WHERE h.room = 'matching' AND h.state = 'waiting' AND h.due_at <= moment AND h.leased_until IS NULL AND h.attempts = 0
           AND (h.kind = ANY (of_fact) OR h.kind = ANY (of_person)
                -- One row, not EXISTS: that would be answered from a list of all openings.
                OR h.kind = ANY (of_opening) AND (
                       SELECT o.zip !~ '^[0-9]{5}$' OR (SELECT true FROM matching_near n WHERE n.work = o.zip::integer LIMIT 1)
                         FROM openings_opening o WHERE o.id = h.subject_id) IS TRUE)
         ORDER BY h.due_at, h.id LIMIT most FOR UPDATE SKIP LOCKED
    ), done AS (
        UPDATE ledger_handoff h SET state = 'done', attempts = 1, done_at = moment, error = ''
          FROM due WHERE h.id = due.id
        RETURNING h.event_id, h.kind, h.subject_id
    )
    SELECT count(*), array_agg(DISTINCT coalesce((e.facts ->> 'trainee')::bigint, d.subject_id)) FILTER (WHERE d.kind <> ALL (of_opening)),
           array_agg(DISTINCT d.subject_id) FILTER (WHERE d.kind = ANY (of_opening))
      INTO taken, people, openings
      FROM done d LEFT JOIN ledger_event e ON e.id = d.event_id AND d.kind = ANY (of_fact);
    IF taken > 0 AND matching_event(coalesce(people, '{}'), coalesce(openings, '{}'), day, moment, first) IS NULL THEN
        RAISE EXCEPTION 'an opening moved to where no distances are known, while it was matched';
    END IF;
    more := EXISTS (SELECT FROM ledger_handoff h
                     WHERE h.room = 'matching' AND h.state = 'waiting' AND h.due_at <= moment
                       AND (h.leased_until IS NULL OR h.leased_until < moment));
    lists := EXISTS (SELECT FROM matching_unfilled u WHERE u.due_at <= moment);
END $$;

-- Put the first opening whose places are to be filled before the first of its list, and queue what is to be told of it. The
-- list is read under no lock, for it takes as long as matching a dozen people; who is on it is looked at again under the
-- lock. Whoever came to fit in between was matched by their own event, for the opening is projected; where somebody on the
-- list no longer stands as it says, it is read again. False where none waits for that.
CREATE FUNCTION matching_fill(day date, moment timestamptz, most integer) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    one bigint;
    waiting bigint[];
    listed matching_found[];
    standing matching_found[];
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '0', true);
    SELECT u.opening_id INTO one FROM matching_unfilled u WHERE u.due_at <= moment ORDER BY u.id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF one IS NULL THEN
        RETURN false;
    END IF;
    waiting := ARRAY(SELECT u.id FROM matching_unfilled u WHERE u.opening_id = one FOR UPDATE SKIP LOCKED);
    -- Whoever was projected for a day that is over is on no list: nobody moves up past them.
    IF matching_turned(day) <> '{}' THEN
        PERFORM pg_advisory_xact_lock({lock});
        PERFORM matching_event('{}', '{}', day, moment, most);
    END IF;
    listed := ARRAY(SELECT f::matching_found FROM matching_first_of(one, day, most) f);
    PERFORM pg_advisory_xact_lock({lock});
    standing := ARRAY(SELECT matching_stood(one, ARRAY(SELECT l.trainee_id FROM unnest(listed) l), day));
    INSERT INTO matching_untold (match_id, to_trainee, to_hirer, queued_at, due_at)
    SELECT c.match_id, c.to_trainee, c.to_hirer, moment, moment
      FROM unnest(matching_put(standing, moment, true)) c WHERE c.to_trainee OR c.to_hirer;
    INSERT INTO matching_unsaid (opening_id) VALUES (one);
    DELETE FROM matching_unfilled u WHERE u.id = ANY (waiting);
    -- Somebody who was never put left no place that anybody would have queued.
    IF EXISTS (SELECT l.trainee_id, l.state, l.certified_on FROM unnest(listed) l
               EXCEPT SELECT s.trainee_id, s.state, s.certified_on FROM unnest(standing) s) THEN
        INSERT INTO matching_unfilled (opening_id, queued_at, due_at) VALUES (one, moment, moment);
    END IF;
    RETURN true;
END $$;

-- Telling both sides of new matches, once, in the transaction that made them: the trainee of the openings that fit, the
-- employer or hall of how many people pass. Only what a message keeps is written here; its words are made when somebody
-- reads it (matching/notices.py). After notifications/outbox/tell.sql.

-- Which of these people agreed to be matched, look for work, and have an open account at this moment; a projection may be
-- some seconds older. matching.facts.matchable says the same to the ORM.
CREATE FUNCTION matching_agree(people bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT p.id FROM accounts_traineeprofile p
      JOIN accounts_user u ON u.id = p.user_id AND u.is_active
     WHERE p.id = ANY (people) AND p.looking
       AND EXISTS (SELECT FROM accounts_consent c
                    WHERE c.user_id = p.user_id AND c.purpose = 'match' AND c.withdrawn_at IS NULL);
END $$;

-- Who hears about these openings: the contact, else everybody who acts for the organization on the day, in the order in
-- which they began to.
CREATE FUNCTION matching_hearing(openings bigint[], day date, region text)
RETURNS TABLE (opening_id bigint, user_id bigint, place bigint)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT h.opening_id, h.user_id, h.place
      FROM (SELECT o.id AS opening_id, m.user_id, min(m.id) AS place, m.user_id = o.contact_id AS is_contact,
                   bool_or(m.user_id = o.contact_id) OVER (PARTITION BY o.id) AS has_contact
              FROM openings_opening o
              JOIN accounts_membership m ON m.organization_id = o.organization_id
              JOIN accounts_user u ON u.id = m.user_id AND u.is_active
             WHERE o.id = ANY (openings) AND m.starts_on <= day AND (m.ends_on IS NULL OR m.ends_on >= day)
               AND (m.ended_at IS NULL OR (m.ended_at AT TIME ZONE region)::date > day)
             GROUP BY o.id, m.user_id, o.contact_id) h
     WHERE h.is_contact OR h.has_contact IS NOT TRUE
     ORDER BY h.opening_id, h.place;
END $$;

-- Names the event of one message, so that it is told once: which matches it speaks of.
CREATE FUNCTION matching_digest(matches bigint[]) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT left(encode(sha256(convert_to(array_to_string(matches, ','), 'UTF8')), 'hex'), 32)
$$;

-- A message speaks of the first `shown` of its matches; of the others it keeps which they are, to count them and to know
-- if they hold.
CREATE FUNCTION matching_spoken(spoken jsonb[], matches bigint[], shown integer) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT jsonb_build_object('matches', to_jsonb(spoken), 'more', to_jsonb(matches[shown + 1:]))
$$;

-- What a message says of an opening; matching.tell.about says the same of one at hand.
CREATE FUNCTION matching_about(o openings_opening, organization text) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'id', o.id, 'public_id', o.public_id, 'title', o.title, 'title_es', o.title_es, 'kind', o.kind,
        'organization', organization, 'zip', o.zip, 'wage', jsonb_build_array(o.wage_min_cents, o.wage_max_cents),
        'closes_on', o.closes_on)
$$;

-- Post what nobody was told of yet among these matches, and mark it told; whoever took back their agreement at this very
-- moment is told nothing. Returns what the outbox has to put on its ways.
CREATE FUNCTION matching_tell(matches bigint[], day date, region text, shown integer, moment timestamptz, host text)
RETURNS SETOF notifications_told
LANGUAGE plpgsql SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    untold matching_change[];
    agreed bigint[] := ARRAY(SELECT matching_agree(ARRAY(SELECT m.trainee_id FROM matching_match m WHERE m.id = ANY (matches))));
BEGIN
    WITH marked AS (
        UPDATE matching_match m
           SET trainee_told_at = coalesce(m.trainee_told_at, moment),
               hirer_told_at = CASE WHEN m.state = 'fits' THEN coalesce(m.hirer_told_at, moment) ELSE m.hirer_told_at END
         WHERE m.id = ANY (matches) AND (m.trainee_told_at IS NULL OR m.hirer_told_at IS NULL AND m.state = 'fits')
           AND m.trainee_id = ANY (agreed)
        RETURNING m.id, m.trainee_id, m.opening_id, m.public_id, 'told', NULL,
                  old.trainee_told_at IS NULL, old.hirer_told_at IS NULL AND m.hirer_told_at IS NOT NULL
    )
    SELECT array_agg(m::matching_change) INTO untold FROM marked m;
    IF untold IS NOT NULL THEN
        RETURN QUERY SELECT * FROM matching_post(untold, day, region, shown, moment, host);
    END IF;
END $$;

-- Post these, which are marked as told.
CREATE FUNCTION matching_post(changes matching_change[], day date, region text, shown integer, moment timestamptz, host text)
RETURNS SETOF notifications_told
LANGUAGE plpgsql SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    posts notifications_post[];
BEGIN
    WITH news AS (
        SELECT c.*, row_number() OVER (PARTITION BY c.trainee_id, c.to_trainee ORDER BY c.match_id) <= shown AS of_trainee,
               row_number() OVER (PARTITION BY c.opening_id, c.to_hirer ORDER BY c.match_id) <= shown AS of_opening
          FROM unnest(changes) c
    ), to_trainees AS (
        SELECT p.user_id, array_agg(c.match_id ORDER BY c.match_id) AS matches, min(c.public_id::text) AS only_one,
               array_agg(jsonb_build_object('id', c.match_id, 'public_id', c.public_id, 'opening', matching_about(o, g.name))
                         ORDER BY c.match_id) FILTER (WHERE c.of_trainee) AS spoken
          FROM news c
          JOIN accounts_traineeprofile p ON p.id = c.trainee_id
          JOIN openings_opening o ON o.id = c.opening_id
          JOIN accounts_organization g ON g.id = o.organization_id
         WHERE c.to_trainee GROUP BY p.user_id
    ), to_hirers AS (
        SELECT c.opening_id, array_agg(c.match_id ORDER BY c.match_id) AS matches,
               array_agg(jsonb_build_object('id', c.match_id, 'public_id', c.public_id) ORDER BY c.match_id)
                   FILTER (WHERE c.of_opening) AS spoken
          FROM news c WHERE c.to_hirer GROUP BY c.opening_id
    )
    SELECT array_agg(p) INTO posts
      FROM (SELECT ROW(t.user_id, 'matches', 'matches', 'matches:' || matching_digest(t.matches), 0,
                       matching_spoken(t.spoken, t.matches, shown),
                       CASE WHEN cardinality(t.matches) = 1 THEN '/matches/' || t.only_one || '/' ELSE '/me/' END
                   )::notifications_post AS p
              FROM to_trainees t
            UNION ALL
            SELECT ROW(h.user_id, 'people', 'people', 'people:' || t.opening_id || ':' || matching_digest(t.matches), 0,
                       matching_spoken(t.spoken, t.matches, shown)
                           || jsonb_build_object('opening', matching_about(o, g.name)),
                       '/openings/' || o.public_id || '/people/')::notifications_post
              FROM to_hirers t
              JOIN matching_hearing(ARRAY(SELECT t.opening_id FROM to_hirers t), day, region) h
                ON h.opening_id = t.opening_id
              JOIN openings_opening o ON o.id = t.opening_id
              JOIN accounts_organization g ON g.id = o.organization_id) found;
    IF posts IS NOT NULL THEN
        RETURN QUERY SELECT * FROM notifications_tell(posts, moment, host);
    END IF;
END $$;

-- Whether something is to be matched, or a list to be read, and nobody is at it. While somebody matches, or the night has
-- the lock, there is nothing to do but to tell.
CREATE FUNCTION matching_idle(moment timestamptz) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF NOT pg_try_advisory_lock_shared({lock}) THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_unlock_shared({lock});
    PERFORM FROM ledger_handoff h
      WHERE h.room = 'matching' AND h.state = 'waiting' AND h.due_at <= moment
        AND (h.leased_until IS NULL OR h.leased_until < moment)
      LIMIT 1;
    IF NOT FOUND THEN
        PERFORM FROM matching_unfilled u WHERE u.due_at <= moment LIMIT 1 FOR KEY SHARE SKIP LOCKED;
    END IF;
    RETURN FOUND;
END $$;

-- Tell both sides of the first `most` matches that wait for it (with `one`: of that row alone) and take them off the
-- queue. Of whom it no longer holds, or who took back their agreement, nobody is told, and of whom there is a question to
-- ask by now, the hirer is not; should it hold again one day, they are. Returns what was told, for ways out besides letters
-- (nothing where there are no `others`), and last a row of nobody: whether letters may be on their way, and as its topic
-- that somebody was 'told', that they were and something else goes 'first' now, that somebody else is 'busy' telling, or, where
-- what waited was in the hands of others, to look 'again': who came meanwhile was turned away.
CREATE FUNCTION matching_tell_waiting(
    day date, region text, shown integer, moment timestamptz, host text, others boolean, most integer, one bigint
)
RETURNS SETOF notifications_told
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    waiting bigint[];
    word notifications_told;
    queued matching_change[];
    oldest timestamptz;
    agreed bigint[];
    news matching_change[];
BEGIN
    -- Looked at under no lock: who finds nothing turns nobody away.
    PERFORM FROM matching_untold u WHERE u.id = coalesce(one, u.id) AND u.due_at <= moment ORDER BY u.id LIMIT 1;
    IF NOT FOUND THEN
        RETURN NEXT word;
        RETURN;
    END IF;
    IF one IS NULL AND NOT pg_try_advisory_xact_lock({teller}) THEN
        word.topic := 'busy';
        RETURN NEXT word;
        RETURN;
    END IF;
    waiting := ARRAY(SELECT u.id FROM matching_untold u WHERE u.id = coalesce(one, u.id) AND u.due_at <= moment
                      ORDER BY u.id LIMIT most FOR UPDATE SKIP LOCKED);
    IF waiting = '{}' THEN
        word.topic := 'again';
        RETURN NEXT word;
        RETURN;
    END IF;
    -- Lost in a crash, both the notices and the emptied queue are, and it is told then. Whoever sends a letter waits for the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    WITH taken AS (
        DELETE FROM matching_untold u WHERE u.id = ANY (waiting) RETURNING u.match_id, u.to_trainee, u.to_hirer, u.queued_at
    )
    SELECT array_agg(ROW(m.id, m.trainee_id, m.opening_id, m.public_id, m.state, NULL, t.to_trainee, t.to_hirer)::matching_change),
           min(t.queued_at)
      INTO queued, oldest
      FROM (SELECT t.match_id, bool_or(t.to_trainee) AS to_trainee, bool_or(t.to_hirer) AS to_hirer, min(t.queued_at) AS queued_at
              FROM taken t GROUP BY 1) t
      JOIN matching_match m ON m.id = t.match_id;
    agreed := ARRAY(SELECT matching_agree(ARRAY(SELECT DISTINCT q.trainee_id FROM unnest(queued) q)));
    -- By each row as it is when it is written: whoever matches meanwhile may just have brought it back.
    IF EXISTS (SELECT FROM unnest(queued) q
                WHERE q.what = 'ended' OR q.to_hirer AND q.what <> 'fits' OR q.trainee_id <> ALL (agreed)) THEN
        WITH untold AS (
            UPDATE matching_match m
               SET trainee_told_at = CASE WHEN q.to_trainee AND (m.state = 'ended' OR q.trainee_id <> ALL (agreed)) THEN NULL
                                          ELSE m.trainee_told_at END,
                   hirer_told_at = CASE WHEN q.to_hirer THEN NULL ELSE m.hirer_told_at END
              FROM unnest(queued) q
             WHERE m.id = q.match_id
               AND (m.state = 'ended' OR q.to_hirer AND m.state <> 'fits' OR q.trainee_id <> ALL (agreed))
            RETURNING m.id, m.trainee_told_at IS NOT NULL AS to_trainee
        )
        SELECT array_agg(ROW(q.match_id, q.trainee_id, q.opening_id, q.public_id, q.what, NULL,
                             q.to_trainee AND u.to_trainee IS NOT FALSE, q.to_hirer AND u.id IS NULL)::matching_change)
          INTO queued FROM unnest(queued) q LEFT JOIN untold u ON u.id = q.match_id;
    END IF;
    SELECT array_agg(q::matching_change) INTO news FROM unnest(queued) q WHERE q.to_trainee OR q.to_hirer;
    IF news IS NOT NULL THEN
        IF others THEN
            RETURN QUERY SELECT * FROM matching_post(news, day, region, shown, moment, host);
        ELSE
            PERFORM matching_post(news, day, region, shown, moment, host);
        END IF;
        word.letter := true;
    END IF;
    -- Nothing goes before those who wait for a second already.
    word.topic := CASE WHEN oldest > moment - interval '1 second'
                            AND matching_idle(moment + (clock_timestamp() - statement_timestamp())) THEN 'first'
                       ELSE 'told' END;
    RETURN NEXT word;
END $$;

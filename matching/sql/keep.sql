-- Keeping matching_match equal to what the view says of whoever was put before whom: as few statements for one event as
-- for a sheet of thousands. Only under the lock of matching.jobs. Reasons in words are not needed for that: they are
-- written later (matching/why.py), and until then judged where they are read.

-- People and openings whose matches want their reasons written (anew).
CREATE TABLE matching_unsaid (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    trainee_id bigint,
    opening_id bigint,
    CHECK (num_nonnulls(trainee_id, opening_id) = 1)
);

CREATE TYPE matching_found AS (trainee_id bigint, opening_id bigint, state text, tenths smallint, certified_on date);
-- `room`: somebody left a place, and whoever comes next may move up.
CREATE TYPE matching_change AS (match_id bigint, opening_id bigint, what text, room boolean);

-- How these people stand with an opening, as far as they fit or could.
CREATE FUNCTION matching_stood(opening bigint, people bigint[], day date) RETURNS SETOF matching_found
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY {found}
     WHERE p.opening_id = opening AND p.trainee_id = ANY (people) AND {holds};
END $$;

-- Put these pairs before each other: what differs is written, and nothing else.
CREATE FUNCTION matching_put(pairs matching_found[], moment timestamptz) RETURNS SETOF matching_change
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    WITH now AS MATERIALIZED (
        SELECT DISTINCT f.trainee_id, f.opening_id, f.state, f.tenths, f.certified_on FROM unnest(pairs) f
    ), altered AS (
        UPDATE matching_match m
           SET state = n.state, certified_on = n.certified_on, ended_at = NULL, gates = NULL,
               points = jsonb_build_object('tenths', n.tenths),
               since = CASE WHEN m.state = n.state THEN m.since ELSE moment END
          FROM now n
         WHERE m.trainee_id = n.trainee_id AND m.opening_id = n.opening_id
           AND (m.state, m.certified_on, m.points -> 'tenths') IS DISTINCT FROM (n.state, n.certified_on, to_jsonb(n.tenths))
        RETURNING m.id, m.opening_id, 'changed',
                  old.state <> 'ended' AND (old.state <> m.state OR m.certified_on > old.certified_on
                                            OR m.certified_on IS NULL AND old.certified_on IS NOT NULL)
    ), made AS (
        INSERT INTO matching_match (public_id, trainee_id, opening_id, state, points, certified_on, since)
        SELECT gen_random_uuid(), n.trainee_id, n.opening_id, n.state, jsonb_build_object('tenths', n.tenths), n.certified_on,
               moment
          FROM now n
         WHERE NOT EXISTS (SELECT FROM matching_match m WHERE m.trainee_id = n.trainee_id AND m.opening_id = n.opening_id)
        RETURNING id, opening_id, 'made', false
    )
    SELECT * FROM altered UNION ALL SELECT * FROM made;
END $$;

-- Bring the matches of these people (with every opening) and of these openings (with the first of each list, and whoever
-- it was put before) up to date; where somebody fell away or back, the next moves up.
CREATE FUNCTION matching_keep(people bigint[], openings bigint[], day date, moment timestamptz, most integer)
RETURNS SETOF matching_change
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    one bigint;
    pairs matching_found[] := '{}';
    changes matching_change[];
    emptied bigint[];
BEGIN
    IF people <> '{}' THEN
        pairs := ARRAY(SELECT f::matching_found FROM ({found}
                        WHERE p.trainee_id = ANY (people) AND {within} AND {holds}) f);
    END IF;
    FOREACH one IN ARRAY openings LOOP
        pairs := pairs || ARRAY(SELECT matching_stood(one, ARRAY(
            SELECT f.trainee_id FROM matching_first_of(one, day, most) f
            UNION
            SELECT m.trainee_id FROM matching_match m WHERE m.opening_id = one AND m.state <> 'ended'), day));
    END LOOP;

    WITH ended AS (
        UPDATE matching_match m SET state = 'ended', ended_at = moment
         WHERE m.state <> 'ended' AND (m.trainee_id = ANY (people) OR m.opening_id = ANY (openings))
           AND (m.trainee_id, m.opening_id) NOT IN (SELECT f.trainee_id, f.opening_id FROM unnest(pairs) f)
        RETURNING m.id, m.opening_id, 'ended', true
    )
    SELECT array_agg(e::matching_change) INTO changes FROM ended e;
    changes := coalesce(changes, '{}') || ARRAY(SELECT matching_put(pairs, moment));

    -- Where there were fewer than `most`, nobody is waiting.
    emptied := ARRAY(
        SELECT DISTINCT c.opening_id FROM unnest(changes) c
         WHERE c.room AND c.opening_id <> ALL (openings)
           AND most <= (SELECT count(*) FROM matching_match m
                         WHERE m.opening_id = c.opening_id AND (m.state <> 'ended' OR m.ended_at = moment)));
    FOREACH one IN ARRAY emptied LOOP
        pairs := ARRAY(SELECT matching_stood(one, ARRAY(SELECT f.trainee_id FROM matching_first_of(one, day, most) f), day));
        changes := changes || ARRAY(SELECT matching_put(pairs, moment));
    END LOOP;

    INSERT INTO matching_unsaid (trainee_id, opening_id)
    SELECT t, NULL FROM unnest(people) t
     WHERE EXISTS (SELECT FROM matching_match m WHERE m.trainee_id = t AND m.state <> 'ended')
    UNION ALL
    SELECT NULL, o FROM unnest(openings || emptied) o;
    RETURN QUERY SELECT * FROM unnest(changes);
END $$;

-- Project these people and openings anew as of the day, and write what changed to the ledger, so that any past list can
-- be made again (matching/replay.py). Returns them: 'seeker' or 'offer', and the number of the trainee or opening.
CREATE FUNCTION matching_project(people bigint[], openings bigint[], day date, moment timestamptz)
RETURNS TABLE (what text, who bigint)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    many integer;
BEGIN
    IF openings <> '{}' THEN
        RETURN QUERY
        INSERT INTO ledger_event (kind, at, subject_type, subject_id, facts)
        SELECT 'offer.projected', moment, 'offer', o.opening_id, jsonb_build_object('rows', o.facts)
          FROM matching_project_openings(openings, day) o ORDER BY o.opening_id
        RETURNING subject_type::text, subject_id;
        GET DIAGNOSTICS many = ROW_COUNT;
        -- Plans kept from when the table was small would walk all of it.
        IF many >= 200 THEN ANALYZE matching_offer; END IF;
    END IF;
    IF people <> '{}' THEN
        RETURN QUERY
        INSERT INTO ledger_event (kind, at, subject_type, subject_id, facts)
        SELECT 'seeker.projected', moment, 'seeker', s.trainee_id, jsonb_build_object('rows', s.rows)
          FROM matching_project_people(people, day) s ORDER BY s.trainee_id
        RETURNING subject_type::text, subject_id;
        GET DIAGNOSTICS many = ROW_COUNT;
        IF many >= 200 THEN ANALYZE matching_seeker; END IF;
    END IF;
END $$;

-- Trainees whose projection was made for a day that is over: something of theirs ended since. Nearly always nobody, which
-- no kept plan can know: it may only go by the index.
CREATE FUNCTION matching_turned(day date) RETURNS SETOF bigint LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY SELECT trainee_id FROM matching_seeker WHERE turns_on <= day AND turns_on < 'infinity';
END $$;

-- Both: project these, and bring their matches up to date. Whoever was projected for a day that is over comes along, for
-- they are on no list: nobody may lose or get a place for that.
CREATE FUNCTION matching_step(people bigint[], openings bigint[], day date, moment timestamptz, most integer)
RETURNS SETOF matching_change LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    everybody bigint[] := ARRAY(SELECT unnest(people) UNION SELECT matching_turned(day));
BEGIN
    PERFORM matching_project(everybody, openings, day, moment);
    RETURN QUERY SELECT * FROM matching_keep(everybody, openings, day, moment, most);
END $$;

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
-- `vacated`: in which state somebody left a place, where whoever comes next may move up. The last two: which side is told.
CREATE TYPE matching_change AS (
    match_id bigint, trainee_id bigint, opening_id bigint, public_id uuid, what text, vacated text,
    to_trainee boolean, to_hirer boolean
);

-- How these people stand with an opening, as far as they fit or could.
CREATE FUNCTION matching_stood(opening bigint, people bigint[], day date) RETURNS SETOF matching_found
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY {found}
     WHERE p.opening_id = opening AND p.trainee_id = ANY (people) AND {holds};
END $$;

-- Put these pairs before each other: what differs is written, and nothing else. With `tells` the caller queues what is to
-- be told of it, and of what nobody was told of before: it is marked as told in the same stroke, for a row written twice
-- costs twice.
CREATE FUNCTION matching_put(pairs matching_found[], moment timestamptz, tells boolean) RETURNS matching_change[]
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    unknown matching_found[];
    altered matching_found[];
    made matching_change[];
    changed matching_change[];
BEGIN
    SELECT array_agg(f::matching_found) FILTER (WHERE m.id IS NULL), array_agg(f::matching_found) FILTER (WHERE m.id IS NOT NULL)
      INTO unknown, altered
      FROM (SELECT DISTINCT f.trainee_id, f.opening_id, f.state, f.tenths, f.certified_on FROM unnest(pairs) f) f
      LEFT JOIN matching_match m ON m.trainee_id = f.trainee_id AND m.opening_id = f.opening_id
     WHERE (m.state, m.certified_on, m.points -> 'tenths') IS DISTINCT FROM (f.state, f.certified_on, to_jsonb(f.tenths))
        OR tells AND (m.trainee_told_at IS NULL OR m.hirer_told_at IS NULL AND f.state = 'fits');
    IF altered IS NOT NULL THEN
        WITH written AS (
            UPDATE matching_match m
               SET state = n.state, certified_on = n.certified_on, ended_at = NULL, gates = NULL,
                   points = jsonb_build_object('tenths', n.tenths),
                   since = CASE WHEN m.state = n.state THEN m.since ELSE moment END,
                   trainee_told_at = CASE WHEN tells THEN coalesce(m.trainee_told_at, moment) ELSE m.trainee_told_at END,
                   hirer_told_at = CASE WHEN tells AND n.state = 'fits' THEN coalesce(m.hirer_told_at, moment)
                                        ELSE m.hirer_told_at END
              FROM unnest(altered) n
             WHERE m.trainee_id = n.trainee_id AND m.opening_id = n.opening_id
            RETURNING m.id, m.trainee_id, m.opening_id, m.public_id, 'changed',
                      CASE WHEN old.state <> 'ended' AND (old.state <> m.state OR m.certified_on > old.certified_on
                                                          OR m.certified_on IS NULL AND old.certified_on IS NOT NULL)
                           THEN old.state END,
                      old.trainee_told_at IS NULL AND m.trainee_told_at IS NOT NULL,
                      old.hirer_told_at IS NULL AND m.hirer_told_at IS NOT NULL
        )
        SELECT array_agg(w::matching_change) INTO changed FROM written w;
    END IF;
    IF unknown IS NOT NULL THEN
        WITH written AS (
            INSERT INTO matching_match (public_id, trainee_id, opening_id, state, points, certified_on, since,
                                        trainee_told_at, hirer_told_at)
            SELECT uuidv7(), n.trainee_id, n.opening_id, n.state, jsonb_build_object('tenths', n.tenths),
                   n.certified_on, moment, CASE WHEN tells THEN moment END, CASE WHEN tells AND n.state = 'fits' THEN moment END
              FROM unnest(unknown) n
            RETURNING id, trainee_id, opening_id, public_id, 'made', NULL, trainee_told_at IS NOT NULL, hirer_told_at IS NOT NULL
        )
        SELECT array_agg(w::matching_change) INTO made FROM written w;
    END IF;
    RETURN coalesce(changed, '{}') || coalesce(made, '{}');
END $$;

-- Bring the matches of these people (with every opening) and of these openings (with whoever they were put before, and the
-- first of each list) up to date; where somebody fell away or back, the next moves up. With `tells` the caller sees to the
-- telling, and to the lists that are to be read for that (`matching_fill`).
CREATE FUNCTION matching_keep(people bigint[], openings bigint[], day date, moment timestamptz, most integer, tells boolean)
RETURNS matching_change[]
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    one bigint;
    pairs matching_found[] := '{}';
    ended matching_change[];
    changes matching_change[];
    change matching_change;
    emptied bigint[] := '{}';
BEGIN
    IF people <> '{}' THEN
        pairs := ARRAY(SELECT f::matching_found FROM ({found}
                        WHERE p.trainee_id = ANY (people) AND {within} AND {holds}) f);
    END IF;
    FOREACH one IN ARRAY openings LOOP
        IF NOT tells THEN
            pairs := pairs || ARRAY(SELECT f::matching_found FROM matching_first_of(one, day, most) f);
        END IF;
        pairs := pairs || matching_kept(one, day);
    END LOOP;

    -- Rarely is anything over, and looking is cheaper than being ready to write.
    IF EXISTS (SELECT FROM matching_match m WHERE {over}) THEN
        WITH over AS (
            UPDATE matching_match m SET state = 'ended', ended_at = moment WHERE {over}
            RETURNING m.id, m.trainee_id, m.opening_id, m.public_id, 'ended', old.state, false, false
        )
        SELECT array_agg(o::matching_change) INTO ended FROM over o;
    END IF;
    changes := coalesce(ended, '{}') || matching_put(pairs, moment, tells);

    FOREACH change IN ARRAY changes LOOP
        IF change.vacated IS NOT NULL AND change.opening_id <> ALL (openings) AND change.opening_id <> ALL (emptied) THEN
            emptied := emptied || change.opening_id;
        END IF;
    END LOOP;
    IF emptied <> '{}' THEN
        -- Where fewer than `most` were in the state that somebody left, nobody was waiting to come into it.
        emptied := ARRAY(SELECT DISTINCT c.opening_id
                           FROM (SELECT c.opening_id, c.vacated, count(*) AS places FROM unnest(changes) c
                                  WHERE c.opening_id = ANY (emptied) AND c.vacated IS NOT NULL GROUP BY 1, 2) c
                          WHERE most <= c.places + (SELECT count(*) FROM matching_match m
                                                     WHERE m.opening_id = c.opening_id AND m.state = c.vacated));
        IF NOT tells THEN
            FOREACH one IN ARRAY emptied LOOP
                pairs := ARRAY(SELECT f::matching_found FROM matching_first_of(one, day, most) f);
                changes := changes || matching_put(pairs, moment, false);
            END LOOP;
        END IF;
    END IF;
    IF tells AND openings || emptied <> '{}' THEN
        INSERT INTO matching_unfilled (opening_id, queued_at, due_at) SELECT o, moment, moment FROM unnest(openings || emptied) o;
    END IF;

    INSERT INTO matching_unsaid (trainee_id, opening_id)
    SELECT t, NULL FROM unnest(people) t
     WHERE EXISTS (SELECT FROM matching_match m WHERE m.trainee_id = t AND m.state <> 'ended')
    UNION ALL
    SELECT NULL, o FROM unnest(openings || emptied) o WHERE NOT tells; -- else with its list
    RETURN changes;
END $$;

-- How all those stand now with an opening whom it was put before.
CREATE FUNCTION matching_kept(opening bigint, day date) RETURNS matching_found[]
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    kept bigint[] := ARRAY(SELECT m.trainee_id FROM matching_match m WHERE m.opening_id = opening AND m.state <> 'ended');
BEGIN
    RETURN CASE WHEN kept = '{}' THEN '{}' ELSE ARRAY(SELECT matching_stood(opening, kept, day)) END;
END $$;

-- Project these people and openings anew as of the day, and write what changed to the ledger, so that any past list can
-- be made again (matching/replay.py). Returns the numbers of the trainees or openings that changed.
CREATE FUNCTION matching_project(people bigint[], openings bigint[], day date, moment timestamptz) RETURNS bigint[]
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    works bigint[];
    persons bigint[];
BEGIN
    IF openings <> '{}' THEN
        WITH written AS (
            INSERT INTO ledger_event (kind, at, subject_type, subject_id, facts)
            SELECT 'offer.projected', moment, 'offer', o.opening_id, jsonb_build_object('rows', o.facts)
              FROM matching_project_openings(openings, day) o ORDER BY o.opening_id
            RETURNING subject_id
        )
        SELECT array_agg(subject_id) INTO works FROM written;
        -- Plans kept from when the table was small would walk all of it.
        IF cardinality(works) >= 200 THEN ANALYZE matching_offer; END IF;
    END IF;
    IF people <> '{}' THEN
        WITH written AS (
            INSERT INTO ledger_event (kind, at, subject_type, subject_id, facts)
            SELECT 'seeker.projected', moment, 'seeker', s.trainee_id, jsonb_build_object('rows', s.rows)
              FROM matching_project_people(people, day) s ORDER BY s.trainee_id
            RETURNING subject_id
        )
        SELECT array_agg(subject_id) INTO persons FROM written;
        IF cardinality(persons) >= 200 THEN ANALYZE matching_seeker; END IF;
    END IF;
    RETURN coalesce(works, '{}') || coalesce(persons, '{}');
END $$;

-- Trainees whose projection was made for a day that is over: something of theirs ended since. Nearly always nobody, which
-- no kept plan can know: it may only go by the index.
CREATE FUNCTION matching_turned(day date) RETURNS bigint[] LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN ARRAY(SELECT trainee_id FROM matching_seeker WHERE turns_on <= day AND turns_on < 'infinity');
END $$;

-- Both: project these, and bring their matches up to date. Whoever was projected for a day that is over comes along, for
-- they are on no list: nobody may lose or get a place for that.
CREATE FUNCTION matching_step(people bigint[], openings bigint[], day date, moment timestamptz, most integer, tells boolean)
RETURNS matching_change[] LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    turned bigint[] := matching_turned(day);
    everybody bigint[] := people;
    projected bigint[];
BEGIN
    IF turned <> '{}' THEN
        everybody := ARRAY(SELECT unnest(people) UNION SELECT unnest(turned));
    END IF;
    projected := matching_project(everybody, openings, day, moment);
    RETURN matching_keep(everybody, openings, day, moment, most, tells);
END $$;

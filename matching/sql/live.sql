-- The questions pages and jobs ask; every one filters the view matching_pair, or the same text. Plans are kept per
-- connection. Hash and merge joins are switched off: pruned by trade and ZIP code the nested loops win by far
-- (docs/benchmarks.md).

-- Openings of these people: what they fit (or could), and what they are one credential short of. The ZIP codes within
-- reach are read once for each person, with the miles: asked for pair by pair these would cost more than the judging.
CREATE FUNCTION matching_of_people(people bigint[], day date)
RETURNS TABLE (trainee_id bigint, opening_id bigint, state text, tenths smallint, unsure integer,
               w0 bigint, w1 bigint, w2 bigint, w3 bigint)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    person record;
    works integer[]; -- in order
    away smallint[]; -- the miles to each of them
BEGIN
    FOR person IN SELECT DISTINCT s.trainee_id AS id, s.zip, s.reach FROM matching_seeker s
                   WHERE s.trainee_id = ANY (people) LOOP
        SELECT array_agg(x.work ORDER BY x.work), array_agg(x.tenths ORDER BY x.work) INTO works, away
          FROM matching_near x WHERE x.home = person.zip AND x.tenths <= person.reach;
        RETURN QUERY
        SELECT p.trainee_id, p.opening_id, CASE WHEN p.lacking = 1 THEN 'near' WHEN p.asks THEN 'ask' ELSE 'fits' END,
               p.tenths, p.unsure, p.w0, p.w1, p.w2, p.w3
          FROM ({pair_from_home}) p
         WHERE p.trainee_id = person.id AND p.work = ANY (works) AND p.close AND p.turns_on > day AND p.last_on >= day;
    END LOOP;
END $$;

-- The people who pass an opening, in its own order. `key` is what the order rule reads: days since 1950-01-01 of being
-- certified, the rank, the registration in microseconds, or nothing; ties fall by the draw.
CREATE FUNCTION matching_passing(opening bigint, day date, also bigint[], most integer)
RETURNS TABLE (trainee_id bigint, state text, tenths smallint, key bigint, draw bytea)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY {ordered}
                 LIMIT most;
END $$;

-- Whom an opening is put before: the first who pass, in its order, and the first drawn of those who would pass once they
-- answer a question; read in one go, for an opening in a city has thousands within reach. Of those thousands only what
-- the order reads is kept, and the last key that counts is found before any draw is made. Since when people are certified
-- is looked up of those alone who come out, where the order does not read it anyway.
CREATE FUNCTION matching_first_of(opening bigint, day date, most integer)
RETURNS TABLE (trainee_id bigint, opening_id bigint, state text, tenths smallint, certified_on date)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    rule smallint;
    seed bytea;
    asked smallint[];
    groups smallint[];
BEGIN
    SELECT o.order_rule, o.seed, o.asked, o.groups INTO rule, seed, asked, groups
      FROM matching_offer o WHERE o.opening_id = opening;
    RETURN QUERY
    WITH met AS MATERIALIZED (
        SELECT p.trainee_id, p.tenths, p.ticket, p.asks, p.h0, p.h1, p.h2, p.h3, p.since,
{key} AS key
          FROM ({pair_from_work}) p
         WHERE p.opening_id = opening AND p.holds AND p.turns_on > day AND p.last_on >= day
    ), last AS (
        SELECT m.key FROM met m WHERE NOT m.asks ORDER BY m.key OFFSET greatest(coalesce(most, 2147483647), 1) - 1 LIMIT 1
    )
    SELECT first.trainee_id, opening, first.state, first.tenths,
           '1950-01-01'::date + CASE WHEN rule = 0 THEN first.key::integer
                                     ELSE matching_certified(first.h0, first.h1, first.h2, first.h3, first.since, asked, groups) END
      FROM ((SELECT m.*, 'fits' AS state FROM met m
              -- Nothing that the order could read comes last; then, or where fewer pass, everybody counts.
              WHERE NOT m.asks
                AND coalesce(m.key, 9223372036854775807) <= coalesce((SELECT last.key FROM last), 9223372036854775807)
              ORDER BY m.key, sha256(seed || int8send(m.ticket)) LIMIT most)
            UNION ALL
            (SELECT m.*, 'ask' FROM met m WHERE m.asks ORDER BY sha256(seed || int8send(m.ticket)) LIMIT most)) first;
END $$;

-- The first who pass an opening, in its order, of those it was put before; each is looked at again now. The jobs see to
-- it that nobody among the first is missing there. People of `also` are listed with a question open.
CREATE FUNCTION matching_first_kept(opening bigint, day date, also bigint[], most integer)
RETURNS TABLE (trainee_id bigint, state text, tenths smallint, key bigint, draw bytea)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH met AS MATERIALIZED (
        SELECT {columns} FROM matching_pair p
         WHERE p.opening_id = opening AND p.holds AND p.turns_on > day AND p.last_on >= day
           AND p.trainee_id = ANY (also || ARRAY(SELECT m.trainee_id FROM matching_match m
                                                  WHERE m.opening_id = opening AND m.state = 'fits'))
    )
    {ordered_of_these}
    LIMIT most;
END $$;

-- How many people fit these openings, would once a question is answered, or are one credential short.
CREATE FUNCTION matching_counts(openings bigint[], day date)
RETURNS TABLE (opening_id bigint, fits bigint, ask bigint, near bigint)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT p.opening_id, count(*) FILTER (WHERE p.state = 'fits'), count(*) FILTER (WHERE p.state = 'ask'),
                        count(*) FILTER (WHERE p.state = 'near')
                   FROM matching_pair p
                  WHERE p.opening_id = ANY (openings) AND p.turns_on > day AND p.last_on >= day
                  GROUP BY p.opening_id;
END $$;

-- The best a person has with any opening: fits, ask, near or nothing.
CREATE FUNCTION matching_standing(trainee bigint, day date) RETURNS text
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (SELECT p.state FROM matching_pair p
             WHERE p.trainee_id = trainee AND {within}
               AND p.close AND p.turns_on > day AND p.last_on >= day
             ORDER BY array_position(ARRAY['fits', 'ask', 'near'], p.state) LIMIT 1);
END $$;

-- How many people are one credential short of an opening, by the credential (of a group: by each member).
CREATE FUNCTION matching_short_of(opening bigint, day date)
RETURNS TABLE (credential_id varchar, people bigint)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH lacking AS MATERIALIZED (
        SELECT p.w0, p.w1, p.w2, p.w3, count(*) AS n FROM matching_pair p
         WHERE p.opening_id = opening AND p.state = 'near' AND p.turns_on > day AND p.last_on >= day
         GROUP BY 1, 2, 3, 4
    )
    SELECT b.credential_id, sum(l.n)::bigint
      FROM lacking l JOIN matching_bit b
        ON (CASE b.bit / 63 WHEN 0 THEN l.w0 WHEN 1 THEN l.w1 WHEN 2 THEN l.w2 ELSE l.w3 END >> (b.bit % 63)) & 1 = 1
     GROUP BY 1;
END $$;

-- Which gate removed how many people of an opening's trade: at the first gate that failed, and those whom nothing but
-- this gate keeps away. The last row, 'passes', is who is left.
CREATE FUNCTION matching_sieve(opening bigint, day date)
RETURNS TABLE (gate text, removed bigint, alone bigint)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH within AS MATERIALIZED (
        SELECT CASE WHEN p.lacking > 0 THEN 'credentials' WHEN p.license < 0 THEN 'license'
                    WHEN p.languages < 0 THEN 'languages' WHEN p.shifts < 0 THEN 'shifts' WHEN p.wage < 0 THEN 'wage'
                    WHEN p.dates < 0 THEN 'dates' WHEN p.state = 'ask' THEN 'unknown' ELSE 'passes' END AS gate,
               (p.lacking > 0)::integer + (p.license < 0)::integer + (p.languages < 0)::integer
                 + (p.shifts < 0)::integer + (p.wage < 0)::integer + (p.dates < 0)::integer <= 1 AS alone
          FROM matching_pair p
         WHERE p.opening_id = opening AND p.turns_on > day AND p.last_on >= day
    )
    SELECT w.gate, count(*), count(*) FILTER (WHERE w.alone) FROM within w GROUP BY 1
    UNION ALL
    SELECT 'distance', (SELECT count(*) FROM matching_seeker t JOIN matching_offer o ON o.trade = t.trade
                         WHERE o.opening_id = opening AND t.at = 0 AND t.turns_on > day AND o.last_on >= day)
                       - (SELECT count(*) FROM within), 0;
END $$;

-- Matches that are kept as fitting and no longer stand so.
CREATE FUNCTION matching_kept_wrongly(day date)
RETURNS TABLE (match_id bigint, opening_id bigint)
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT m.id, m.opening_id FROM matching_match m
                  WHERE m.state IN ('fits', 'ask')
                    AND NOT EXISTS (SELECT FROM matching_pair p
                                     WHERE p.opening_id = m.opening_id AND p.trainee_id = m.trainee_id
                                       AND p.state = m.state AND p.turns_on > day AND p.last_on >= day);
END $$;

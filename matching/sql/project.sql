-- From the facts to what matching reads. These functions are the only door: they belong to the role
-- throughline_matching, which may read the columns named in grants.sql and nothing else.

-- The credentials of these people and openings get their bits, the commonest first when many come at once. A bit is
-- never given to another credential, so that the past can be replayed.
CREATE FUNCTION matching_give_bits(people bigint[], openings bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    INSERT INTO matching_bit (credential_id, bit)
    SELECT fresh.credential_id,
           (SELECT coalesce(max(bit), -1) FROM matching_bit) + row_number() OVER (ORDER BY fresh.n DESC, fresh.credential_id)
      FROM (SELECT used.credential_id, sum(used.n) AS n
              FROM (SELECT credential_id, count(*) AS n FROM programs_certification
                     WHERE people IS NULL OR trainee_id = ANY (people) GROUP BY 1
                    UNION ALL
                    SELECT credential_id, count(*) FROM openings_requirement
                     WHERE openings IS NULL OR opening_id = ANY (openings) GROUP BY 1) used
             WHERE NOT EXISTS (SELECT FROM matching_bit b WHERE b.credential_id = used.credential_id)
             GROUP BY 1) fresh;
END
$$;

-- Whoever agreed to be matched gets a ticket, once.
CREATE FUNCTION matching_give_tickets(people bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    INSERT INTO matching_ticket (trainee_id, ticket)
    SELECT p.id, hashtextextended(gen_random_uuid()::text, 0) & 9223372036854775807
      FROM accounts_traineeprofile p
      JOIN accounts_user u ON u.id = p.user_id AND u.is_active
     WHERE (people IS NULL OR p.id = ANY (people))
       AND EXISTS (SELECT FROM accounts_consent c
                    WHERE c.user_id = p.user_id AND c.purpose = 'match' AND c.withdrawn_at IS NULL)
    -- Not "WHERE NOT EXISTS": while the table fills, a plan made when it was empty would walk all of it for each person.
    ON CONFLICT (trainee_id) DO NOTHING;
END
$$;

-- These people (NULL: everybody) as they stand on the day. Person by person, each by the indexes: joined as sets, the rows
-- of one person cost as much as reading every credential and organization there is. Rows that lack something, rarely, say
-- so: no ticket where none was given yet, and where a credential has no bit yet the row turns on the day itself.
CREATE FUNCTION matching_seekers(people bigint[], day date) RETURNS SETOF matching_seeker LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp SET jit = off SET enable_memoize = off SET plan_cache_mode = force_generic_plan AS $$
SELECT p.id, replace(replace(trade, '-', ''), '.', '')::integer, sets.at,
       sets.at = 0 AND sets.ats <> '{}',
       CASE WHEN sets.at <> 0 OR sets.ats = '{}' THEN 0 WHEN cardinality(sets.ats) = 1 THEN sets.ats[1] ELSE -1 END,
       CASE WHEN p.zip ~ '^[0-9]{5}$' THEN p.zip::integer ELSE 0 END, (p.miles * 10)::smallint,
       CASE p.license WHEN '' THEN 0 WHEN 'C' THEN 1 WHEN 'B' THEN 2 WHEN 'A' THEN 3 ELSE -1 END::smallint,
       matching_languages(p.languages), matching_shifts(p.shifts),
       coalesce(p.wage_wish_cents, 0), coalesce(p.available_from, '-infinity'),
       coalesce(sets.h0, 0), coalesce(sets.h1, 0), coalesce(sets.h2, 0), coalesce(sets.h3, 0),
       coalesce(sets.c0, 0), coalesce(sets.c1, 0), coalesce(sets.c2, 0), coalesce(sets.c3, 0), t.ticket,
       CASE WHEN sets.unnumbered THEN day WHEN sets.next_end < 'infinity' THEN sets.next_end + 1 ELSE 'infinity' END,
       coalesce(sets.since, '')
  FROM accounts_traineeprofile p
  JOIN accounts_user u ON u.id = p.user_id AND u.is_active
  LEFT JOIN matching_ticket t ON t.trainee_id = p.id
 CROSS JOIN LATERAL (
       WITH had AS MATERIALIZED (
           -- `bound`: the employer at whom it counts and nowhere else, for it is their own evaluation (29 CFR
           -- 1910.178(l)(4)).
           SELECT b.bit, c.state, c.issued_on, coalesce(c.expires_on, 'infinity'::date) AS ends_on,
                  c.state = 'verified' AND coalesce(c.expires_on, 'infinity'::date) >= day AS valid,
                  coalesce(o.id, 0) AS bound
             FROM programs_certification c
             JOIN programs_credential k ON k.key = c.credential_id
             LEFT JOIN matching_bit b ON b.credential_id = c.credential_id
             LEFT JOIN accounts_organization o
                    ON o.id = CASE WHEN k.validity = 'employer' THEN c.provider_id END AND o.kind = 'employer'
            WHERE c.trainee_id = p.id AND c.state <> 'revoked'
       ), employers AS MATERIALIZED (
           SELECT ARRAY(SELECT DISTINCT bound FROM had WHERE bound <> 0) AS ats
       )
       SELECT employers.ats, seen.at, words.*
         FROM employers
        CROSS JOIN LATERAL unnest(0::bigint || employers.ats) seen (at)
        CROSS JOIN LATERAL (
              SELECT bit_or(1::bigint << bit) FILTER (WHERE held AND bit < 63) AS h0,
                     bit_or(1::bigint << (bit - 63)) FILTER (WHERE held AND bit BETWEEN 63 AND 125) AS h1,
                     bit_or(1::bigint << (bit - 126)) FILTER (WHERE held AND bit BETWEEN 126 AND 188) AS h2,
                     bit_or(1::bigint << (bit - 189)) FILTER (WHERE held AND bit >= 189) AS h3,
                     bit_or(1::bigint << bit) FILTER (WHERE claimed AND bit < 63) AS c0,
                     bit_or(1::bigint << (bit - 63)) FILTER (WHERE claimed AND bit BETWEEN 63 AND 125) AS c1,
                     bit_or(1::bigint << (bit - 126)) FILTER (WHERE claimed AND bit BETWEEN 126 AND 188) AS c2,
                     bit_or(1::bigint << (bit - 189)) FILTER (WHERE claimed AND bit >= 189) AS c3,
                     string_agg(substring(int4send(least(greatest(since - '1950-01-01'::date, 0), 65535)) FROM 3),
                                ''::bytea ORDER BY bit) FILTER (WHERE held AND bit IS NOT NULL) AS since,
                     min(next_end) AS next_end, bool_or(bit IS NULL) AS unnumbered
                FROM (SELECT bit,
                             bool_or(valid AND bound IN (0, seen.at)) AS held,
                             bool_or(state = 'recorded' OR valid)
                                 AND NOT bool_or(valid AND bound IN (0, seen.at)) AS claimed,
                             -- A span starts where no earlier certificate reached: renewing in time does not restart
                             -- the wait. What came after the first that counts today says nothing.
                             max(issued_on) FILTER (WHERE state <> 'recorded' AND bound IN (0, seen.at) AND NOT EXISTS (
                                 SELECT FROM had e
                                  WHERE e.bit = h.bit AND e.issued_on < h.issued_on AND e.state <> 'recorded'
                                    AND e.bound IN (0, seen.at) AND (e.valid OR e.ends_on >= h.issued_on))) AS since,
                             min(ends_on) FILTER (WHERE valid) AS next_end
                        FROM had h
                       GROUP BY bit) standing) words) sets
 CROSS JOIN LATERAL (SELECT ARRAY(SELECT w.occupation_id FROM programs_tradewish w WHERE w.trainee_id = p.id) AS codes) wished
 CROSS JOIN LATERAL unnest(CASE WHEN wished.codes <> '{}' THEN wished.codes ELSE ARRAY(
       SELECT l.occupation_id
         FROM programs_certification c JOIN programs_credential_occupations l ON l.credential_id = c.credential_id
        WHERE c.trainee_id = p.id AND c.state <> 'revoked'
       UNION
       SELECT l.occupation_id
         FROM programs_enrollment e JOIN programs_program_occupations l ON l.program_id = e.program_id
        WHERE e.trainee_id = p.id) END) trade
 WHERE (people IS NULL OR p.id = ANY (people)) {looking}
   AND EXISTS (SELECT FROM accounts_consent c
                WHERE c.user_id = p.user_id AND c.purpose = 'match' AND c.withdrawn_at IS NULL)
$$;

-- These openings (NULL: all) as they are offered on the day; those that are not offered are absent.
CREATE FUNCTION matching_offers(openings bigint[], day date) RETURNS SETOF matching_offer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
WITH asks AS (
    SELECT r.opening_id, r.kind, r."group", b.bit,
           CASE WHEN r.kind = 'any_of' THEN r."group" ELSE -1 - b.bit END AS grp,
           CASE WHEN r.kind = 'any_of' THEN dense_rank() OVER (PARTITION BY r.opening_id, r.kind ORDER BY r."group") END AS nth
      FROM openings_requirement r JOIN matching_bit b ON b.credential_id = r.credential_id
     WHERE openings IS NULL OR r.opening_id = ANY (openings)
), words AS (
    SELECT opening_id, kind, nth,
           coalesce(bit_or(1::bigint << bit) FILTER (WHERE bit < 63), 0) AS w0,
           coalesce(bit_or(1::bigint << (bit - 63)) FILTER (WHERE bit BETWEEN 63 AND 125), 0) AS w1,
           coalesce(bit_or(1::bigint << (bit - 126)) FILTER (WHERE bit BETWEEN 126 AND 188), 0) AS w2,
           coalesce(bit_or(1::bigint << (bit - 189)) FILTER (WHERE bit >= 189), 0) AS w3
      FROM asks GROUP BY opening_id, kind, nth
), further AS (
    SELECT w.opening_id, array_agg(word.value ORDER BY w.nth, word.number) AS more
      FROM words w CROSS JOIN LATERAL unnest(ARRAY[w.w0, w.w1, w.w2, w.w3]) WITH ORDINALITY word (value, number)
     WHERE w.kind = 'any_of' AND w.nth > 1 GROUP BY w.opening_id
), listed AS (
    SELECT opening_id, array_agg(bit ORDER BY grp, bit) AS asked, array_agg(grp::smallint ORDER BY grp, bit) AS groups
      FROM asks WHERE kind <> 'preferred' GROUP BY opening_id
)
SELECT o.id, o.organization_id, replace(replace(o.occupation_id, '-', ''), '.', '')::integer,
       CASE WHEN o.zip ~ '^[0-9]{5}$' THEN o.zip::integer ELSE 0 END,
       coalesce(o.closes_on, 'infinity'), coalesce(o.starts_on, 'infinity'),
       coalesce(nullif(o.wage_max_cents, 0), o.wage_min_cents),
       CASE o.license WHEN 'C' THEN 1 WHEN 'B' THEN 2 WHEN 'A' THEN 3 ELSE 0 END::smallint,
       matching_languages(o.languages), matching_shifts(o.shifts),
       CASE o.order_rule WHEN 'ranked' THEN 1 WHEN 'fifo' THEN 2 WHEN 'lottery' THEN 3 ELSE 0 END::smallint,
       coalesce(r.w0, 0), coalesce(r.w1, 0), coalesce(r.w2, 0), coalesce(r.w3, 0),
       coalesce(a.w0, 0), coalesce(a.w1, 0), coalesce(a.w2, 0), coalesce(a.w3, 0),
       coalesce(p.w0, 0), coalesce(p.w1, 0), coalesce(p.w2, 0), coalesce(p.w3, 0),
       coalesce(listed.asked[1], -1)::smallint, coalesce(listed.asked[2], -1)::smallint, coalesce(listed.asked[3], -1)::smallint,
       coalesce(cardinality(listed.asked) <= 3 AND 0 > ALL (listed.groups), false),
       coalesce(further.more, '{}'),
       coalesce(listed.asked, '{}'), coalesce(listed.groups, '{}'),
       CASE WHEN o.lottery_seed ~ '^[0-9a-f]{64}$' THEN decode(o.lottery_seed, 'hex')
            ELSE sha256(convert_to(o.lottery_seed || o.public_id::text, 'UTF8')) END
  FROM openings_opening o
  LEFT JOIN words r ON r.opening_id = o.id AND r.kind = 'required'
  LEFT JOIN words a ON a.opening_id = o.id AND a.kind = 'any_of' AND a.nth = 1
  LEFT JOIN words p ON p.opening_id = o.id AND p.kind = 'preferred'
  LEFT JOIN further ON further.opening_id = o.id
  LEFT JOIN listed ON listed.opening_id = o.id
 WHERE (openings IS NULL OR o.id = ANY (openings)) AND o.state = 'published'
   AND (o.opens_on IS NULL OR o.opens_on <= day) AND (o.closes_on IS NULL OR o.closes_on >= day)
$$;

-- Bring the projection of these people up to the day; the rows of those whose projection changed, as the ledger keeps them.
-- Only what differs is written, so that a row that stays is not even locked.
CREATE FUNCTION matching_project_people(people bigint[], day date)
RETURNS TABLE (trainee_id bigint, rows jsonb) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    changed bigint[];
    fresh matching_seeker[];
    gone matching_seeker[];
    unticketed boolean;
    unnumbered boolean;
BEGIN
    LOOP
        SELECT array_agg(DISTINCT coalesce(f.trainee_id, (k.s).trainee_id)), array_agg(f) FILTER (WHERE f.at IS NOT NULL),
               array_agg(k.s) FILTER (WHERE f.at IS NULL), bool_or(f.ticket IS NULL AND f.at IS NOT NULL), bool_or(f.turns_on <= day)
          INTO changed, fresh, gone, unticketed, unnumbered
          FROM matching_seekers(people, day) f
          FULL JOIN (SELECT s FROM matching_seeker s WHERE s.trainee_id = ANY (people)) k
            ON (f.trainee_id, f.trade, f.at) = ((k.s).trainee_id, (k.s).trade, (k.s).at)
         -- One without its number yet may look like what is kept: as if it turned today, as that does.
         WHERE f IS DISTINCT FROM k.s OR f.turns_on <= day;
        EXIT WHEN unticketed IS NOT TRUE AND unnumbered IS NOT TRUE;
        IF unticketed THEN PERFORM matching_give_tickets(people); END IF;
        IF unnumbered THEN PERFORM matching_give_bits(people, '{}'); END IF;
    END LOOP;
    IF gone IS NOT NULL THEN
        DELETE FROM matching_seeker s USING unnest(gone) g
         WHERE (s.trainee_id, s.trade, s.at) = (g.trainee_id, g.trade, g.at);
    END IF;
    IF fresh IS NOT NULL THEN
        INSERT INTO matching_seeker AS s SELECT f.* FROM unnest(fresh) f
        ON CONFLICT (trainee_id, trade, at) DO UPDATE SET
            (evaluated, own, zip, reach, license, languages, shifts, wage, free_on,
             h0, h1, h2, h3, c0, c1, c2, c3, since, ticket, turns_on) =
            (excluded.evaluated, excluded.own, excluded.zip, excluded.reach, excluded.license, excluded.languages, excluded.shifts,
             excluded.wage, excluded.free_on, excluded.h0, excluded.h1, excluded.h2, excluded.h3, excluded.c0,
             excluded.c1, excluded.c2, excluded.c3, excluded.since, excluded.ticket, excluded.turns_on);
    END IF;
    -- All but `trainee_id`, one after the other: `to_jsonb(s) - 'trainee_id'` would build every row three times.
    RETURN QUERY
    SELECT c, to_jsonb(ARRAY(
               SELECT r FROM (SELECT s.trade, s.at, s.evaluated, s.own, s.zip, s.reach, s.license, s.languages, s.shifts,
                                     s.wage, s.free_on, s.h0, s.h1, s.h2, s.h3, s.c0, s.c1, s.c2, s.c3, s.ticket, s.turns_on,
                                     s.since
                                FROM matching_seeker s WHERE s.trainee_id = c ORDER BY s.trade, s.at) r))
      FROM unnest(changed) c;
END $$;

-- The same for openings.
CREATE FUNCTION matching_project_openings(openings bigint[], day date)
RETURNS TABLE (opening_id bigint, facts jsonb) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    IF EXISTS (SELECT FROM openings_requirement r WHERE r.opening_id = ANY (openings)
                  AND NOT EXISTS (SELECT FROM matching_bit b WHERE b.credential_id = r.credential_id)) THEN
        PERFORM matching_give_bits('{}', openings);
    END IF;
    RETURN QUERY
    WITH fresh AS MATERIALIZED (
        SELECT * FROM matching_offers(openings, day)
    ), gone AS (
        DELETE FROM matching_offer o WHERE o.opening_id = ANY (openings)
           AND NOT EXISTS (SELECT FROM fresh f WHERE f.opening_id = o.opening_id)
        RETURNING o.opening_id
    ), put AS (
        INSERT INTO matching_offer AS o SELECT * FROM fresh
        ON CONFLICT (opening_id) DO UPDATE SET
            (organization_id, trade, zip, license, languages, shifts, wage, needed_on, r0, r1, r2, r3, a0, a1, a2, a3,
             more, p0, p1, p2, p3, asked, groups, plain, q1, q2, q3, order_rule, seed, last_on) =
            (excluded.organization_id, excluded.trade, excluded.zip, excluded.license, excluded.languages,
             excluded.shifts, excluded.wage, excluded.needed_on, excluded.r0, excluded.r1, excluded.r2, excluded.r3,
             excluded.a0, excluded.a1, excluded.a2, excluded.a3, excluded.more, excluded.p0, excluded.p1, excluded.p2,
             excluded.p3, excluded.asked, excluded.groups, excluded.plain, excluded.q1, excluded.q2,
             excluded.q3, excluded.order_rule, excluded.seed, excluded.last_on)
        WHERE o.* IS DISTINCT FROM excluded.*
        RETURNING o.opening_id
    )
    SELECT changed.opening_id, (SELECT to_jsonb(f) FROM fresh f WHERE f.opening_id = changed.opening_id)
      FROM (SELECT g.opening_id FROM gone g UNION SELECT p.opening_id FROM put p) changed;
END $$;

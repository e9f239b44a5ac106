-- The rules, in SQL: every pair of a person and an opening in one trade and within reach, with each gate.
-- matching/rules.py says the same in Python, gate by gate; tests/matching/test_agreement.py compares them on every pair
-- of thousands of worlds. 1 met or not asked for, 0 not known, -1 missing.
-- The names in braces are tables, or for a past day the rows as the ledger has them (matching/replay.py).
SELECT o.opening_id, t.trainee_id, t.trade, n.tenths, t.zip AS home,
       gate.license, gate.languages, gate.shifts, gate.wage, gate.dates,
       ask.lacking, ask.unsure, -- credentials lacking: none, one, or more than one
       ask.w0, ask.w1, ask.w2, ask.w3, -- what is lacking; of a group: every member, for any one of them would do
       gate.worst,
       CASE WHEN gate.worst < 0 OR ask.lacking > 1 THEN NULL
            WHEN ask.lacking = 1 THEN 'near'
            WHEN gate.worst = 0 OR ask.unsure > 0 THEN 'ask'
            ELSE 'fits' END AS state,
       o.order_rule, o.seed, t.ticket, o.asked, o.groups, o.plain, o.q1, o.q2, o.q3, t.h0, t.h1, t.h2, t.h3, t.since, t.turns_on, o.last_on,
       o.zip AS work, t.reach,
       -- Fits or ask, said so that a pair is sent away by the first gate that it fails; and which of the two.
       -- `asks` says it only of those who hold or are close: something is asked that the person did not say.
       pass.each AND need.m0 = 0 AND (o.q1 < 0 -- no credential is asked for
           OR (o.r1 | o.r2 | o.r3 = 0 OR need.m1 = 0 AND need.m2 = 0 AND need.m3 = 0) AND need.grp >= 0
           AND (need.alone OR matching_groups(o.more, t.h0, t.h1, t.h2, t.h3, t.c0, t.c1, t.c2, t.c3, -1) = 0)) AS holds,
       t.license < 0 AND o.license <> 0 OR t.shifts = 0 AND o.shifts <> 0 OR t.languages = 0 AND o.languages <> 0
           OR ask.unsure > 0 AS asks,
       -- Since when the person holds all that is asked for, in days since 1950-01-01; NULL while something is lacking. As
       -- matching_certified says it, which is called only where that cannot be said shortly.
       CASE WHEN ask.unsure > 0 THEN NULL
            WHEN o.plain
            THEN greatest(matching_since(t.h0, t.h1, t.h2, t.h3, t.since, o.q1),
                          matching_since(t.h0, t.h1, t.h2, t.h3, t.since, o.q2),
                          matching_since(t.h0, t.h1, t.h2, t.h3, t.since, o.q3))
            WHEN o.q1 < 0 AND length(t.since) <= 12 -- two bytes for each that is held
            THEN least(CASE WHEN length(t.since) > 0 THEN matching_nth(t.since, 0) END,
                       CASE WHEN length(t.since) > 2 THEN matching_nth(t.since, 1) END,
                       CASE WHEN length(t.since) > 4 THEN matching_nth(t.since, 2) END,
                       CASE WHEN length(t.since) > 6 THEN matching_nth(t.since, 3) END,
                       CASE WHEN length(t.since) > 8 THEN matching_nth(t.since, 4) END,
                       CASE WHEN length(t.since) > 10 THEN matching_nth(t.since, 5) END)
            ELSE matching_certified(t.h0, t.h1, t.h2, t.h3, t.since, o.asked, o.groups) END AS certified,
       pass.each AND ask.lacking <= 1 AS close -- fits, ask or near, said in the same way
  FROM {offer} o
  JOIN {near} n ON n.work = o.zip
  JOIN {seeker} t ON t.trade = o.trade AND t.zip = n.home AND t.reach >= n.tenths
    AND (t.at = 0 OR t.at = o.organization_id)
    AND CASE WHEN t.at <> 0 OR t.own = 0 THEN true
             WHEN t.own > 0 THEN t.own <> o.organization_id
             ELSE NOT EXISTS (SELECT FROM {seeker} own WHERE own.trainee_id = t.trainee_id
                                                AND own.trade = t.trade AND own.at = o.organization_id) END
 CROSS JOIN LATERAL (SELECT
       CASE WHEN t.license >= o.license OR o.license = 0 THEN 1 WHEN t.license < 0 THEN 0 ELSE -1 END,
       CASE WHEN o.languages & ~t.languages = 0 THEN 1 WHEN t.languages = 0 THEN 0 ELSE -1 END,
       CASE WHEN o.shifts = 0 OR o.shifts & t.shifts <> 0 THEN 1 WHEN t.shifts = 0 THEN 0 ELSE -1 END,
       CASE WHEN o.wage >= t.wage THEN 1 ELSE -1 END,
       CASE WHEN t.free_on <= o.needed_on THEN 1 ELSE -1 END
       ) one (license, languages, shifts, wage, dates)
 CROSS JOIN LATERAL (SELECT
       one.license, one.languages, one.shifts, one.wage, one.dates,
       least(one.license, one.languages, one.shifts, one.wage, one.dates)
       ) gate (license, languages, shifts, wage, dates, worst)
 CROSS JOIN LATERAL (SELECT
       o.wage >= t.wage AND t.free_on <= o.needed_on AND one.license >= 0 AND one.shifts >= 0 AND one.languages >= 0
       ) pass (each)
 CROSS JOIN LATERAL (SELECT
       o.r0 & ~(t.h0 | t.c0), o.r1 & ~(t.h1 | t.c1), o.r2 & ~(t.h2 | t.c2), o.r3 & ~(t.h3 | t.c3),
       CASE WHEN o.plain OR o.a0 | o.a1 | o.a2 | o.a3 = 0 THEN 1
            WHEN (o.a0 & t.h0) | (o.a1 & t.h1) | (o.a2 & t.h2) | (o.a3 & t.h3) <> 0 THEN 1
            WHEN (o.a0 & t.c0) | (o.a1 & t.c1) | (o.a2 & t.c2) | (o.a3 & t.c3) <> 0 THEN 0
            ELSE -1 END,
       o.plain OR cardinality(o.more) = 0 -- no further group
       ) need (m0, m1, m2, m3, grp, alone)
 CROSS JOIN LATERAL (SELECT
       CASE WHEN o.r1 | o.r2 | o.r3 = 0 OR need.m1 | need.m2 | need.m3 = 0
            THEN CASE WHEN need.m0 = 0 THEN 0 WHEN need.m0 & (need.m0 - 1) = 0 THEN 1 ELSE 2 END
            ELSE matching_ones(need.m0, need.m1, need.m2, need.m3) END
       + CASE WHEN need.grp < 0 THEN 1 ELSE 0 END
       + CASE WHEN need.alone THEN 0
              ELSE matching_groups(o.more, t.h0, t.h1, t.h2, t.h3, t.c0, t.c1, t.c2, t.c3, -1) END,
       CASE WHEN o.q1 < 0 OR t.c0 | t.c1 | t.c2 | t.c3 = 0 THEN 0 ELSE -- none is asked for, or claimed
       CASE WHEN (o.r0 & ~t.h0 & t.c0) | (o.r1 & ~t.h1 & t.c1) | (o.r2 & ~t.h2 & t.c2) | (o.r3 & ~t.h3 & t.c3) <> 0
            THEN 1 ELSE 0 END
       + CASE WHEN need.grp = 0 THEN 1 ELSE 0 END
       + CASE WHEN need.alone THEN 0
              ELSE matching_groups(o.more, t.h0, t.h1, t.h2, t.h3, t.c0, t.c1, t.c2, t.c3, 0) END END,
       need.m0 | CASE WHEN need.grp < 0 THEN o.a0 ELSE 0 END
               | CASE WHEN need.alone THEN 0 ELSE matching_wanted(o.more, t.h0, t.h1, t.h2, t.h3, t.c0, t.c1, t.c2, t.c3, 0) END,
       need.m1 | CASE WHEN need.grp < 0 THEN o.a1 ELSE 0 END
               | CASE WHEN need.alone THEN 0 ELSE matching_wanted(o.more, t.h0, t.h1, t.h2, t.h3, t.c0, t.c1, t.c2, t.c3, 1) END,
       need.m2 | CASE WHEN need.grp < 0 THEN o.a2 ELSE 0 END
               | CASE WHEN need.alone THEN 0 ELSE matching_wanted(o.more, t.h0, t.h1, t.h2, t.h3, t.c0, t.c1, t.c2, t.c3, 2) END,
       need.m3 | CASE WHEN need.grp < 0 THEN o.a3 ELSE 0 END
               | CASE WHEN need.alone THEN 0 ELSE matching_wanted(o.more, t.h0, t.h1, t.h2, t.h3, t.c0, t.c1, t.c2, t.c3, 3) END
       ) ask (lacking, unsure, w0, w1, w2, w3)

-- What matching read at a past moment, from the ledger: the offer, the people who were in its trade and within reach, the
-- institution's own list, and the pairs by the one text of the rules. Followed by a question (matching/replay.py).
-- Read are the people who ever were in the trade (ledger migration 0003 finds them), each as of the moment.
WITH offer_then AS MATERIALIZED (
    SELECT o.* FROM (SELECT (facts ->> 'rows')::jsonb AS row FROM ledger_event
                      WHERE subject_type = 'offer' AND subject_id = %(opening)s AND kind = 'offer.projected'
                        AND at <= %(moment)s
                      ORDER BY id DESC LIMIT 1) e
     CROSS JOIN LATERAL jsonb_populate_record(NULL::matching_offer, e.row) o
     WHERE e.row IS NOT NULL
), ever AS (
    SELECT DISTINCT subject_id AS trainee_id FROM ledger_event
     WHERE kind = 'seeker.projected' AND at <= %(moment)s
       AND jsonb_path_query_array((facts ->> 'rows')::jsonb, '$[*].trade') @> (SELECT to_jsonb(trade) FROM offer_then)
       AND (%(people)s::bigint[] IS NULL OR subject_id = ANY (%(people)s))
), seeker_then AS MATERIALIZED (
    SELECT s.* FROM ever
     CROSS JOIN offer_then o
     CROSS JOIN LATERAL (SELECT (facts ->> 'rows')::jsonb AS rows FROM ledger_event
                          WHERE subject_type = 'seeker' AND subject_id = ever.trainee_id AND kind = 'seeker.projected'
                            AND at <= %(moment)s
                          ORDER BY id DESC LIMIT 1) e
     CROSS JOIN LATERAL jsonb_array_elements(e.rows) r (row)
     CROSS JOIN LATERAL jsonb_populate_record(
                NULL::matching_seeker, r.row || jsonb_build_object('trainee_id', ever.trainee_id)) s
      JOIN matching_near n ON n.work = o.zip AND n.home = s.zip AND n.tenths <= s.reach
     WHERE (r.row ->> 'trade')::integer = o.trade AND s.at IN (0, o.organization_id)
), place_then AS MATERIALIZED (
    SELECT %(opening)s::bigint AS opening_id, trainee_id,
           coalesce((array_agg(booked ORDER BY id DESC) FILTER (WHERE kind = 'opening.booked'))[1], min(at)) AS registered_at,
           (array_agg(rank ORDER BY id DESC) FILTER (WHERE kind = 'opening.ranked'))[1] AS rank
      FROM (SELECT id, kind, at, (facts ->> 'trainee')::bigint AS trainee_id, (facts ->> 'rank')::bigint AS rank,
                   (facts ->> 'registered_at')::timestamptz AS booked
              FROM ledger_event
             WHERE subject_type = 'opening' AND subject_id = %(opening)s
               AND kind IN ('opening.registered', 'opening.booked', 'opening.ranked') AND at <= %(moment)s) told
     GROUP BY trainee_id
), pair_then AS (
{pair}
)

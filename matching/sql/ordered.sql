-- The people who pass an opening, in its own order; people of {also} are listed with a question open. The draw is made
-- only for those whom the key leaves among the first {most}.
SELECT kept.trainee_id, kept.state, kept.tenths, kept.key, sha256(kept.seed || int8send(kept.ticket)) AS draw
  FROM (SELECT p.trainee_id, CASE WHEN p.asks THEN 'ask' ELSE 'fits' END AS state, p.tenths, p.seed, p.ticket, coalesce(
{key},
               9223372036854775807) AS key
          FROM {pair} p
         WHERE p.opening_id = {opening} AND p.holds AND (NOT p.asks OR p.trainee_id = ANY ({also}))
           AND p.turns_on > {day} AND p.last_on >= {day}
         ORDER BY key FETCH FIRST (coalesce({most}, 2147483647)) ROWS WITH TIES) kept
 ORDER BY kept.key, draw

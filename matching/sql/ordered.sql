-- The people who pass an opening, in its own order; people of {also} are listed with a question open.
SELECT p.trainee_id, p.state, p.tenths, k.key, sha256(p.seed || int8send(p.ticket)) AS draw
  FROM {pair} p
  LEFT JOIN {place} l ON l.opening_id = p.opening_id AND l.trainee_id = p.trainee_id
 CROSS JOIN LATERAL (SELECT coalesce(
       CASE p.order_rule
            WHEN 1 THEN l.rank
            WHEN 2 THEN (extract(epoch FROM l.registered_at) * 1000000)::bigint
            WHEN 3 THEN 0
            ELSE matching_certified(p.h0, p.h1, p.h2, p.h3, p.since, p.asked, p.groups) END,
       9223372036854775807)) k (key)
 WHERE p.opening_id = {opening} AND (p.state = 'fits' OR p.state = 'ask' AND p.trainee_id = ANY ({also}))
   AND p.turns_on > {day} AND p.last_on >= {day}
 ORDER BY k.key, draw

-- The order rule and the list of that moment with each person's ticket; after then.sql. No row: it was not offered.
SELECT o.order_rule, listed.*, t.ticket
  FROM offer_then o
  LEFT JOIN (
{ordered}
) listed ON true
  LEFT JOIN (SELECT DISTINCT trainee_id, ticket FROM seeker_then) t ON t.trainee_id = listed.trainee_id
 ORDER BY listed.key, listed.draw

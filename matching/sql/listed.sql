-- The list of that moment with each person's ticket; after then.sql.
SELECT listed.*, t.ticket
  FROM (
{ordered}
) listed
  JOIN (SELECT DISTINCT trainee_id, ticket FROM seeker_then) t ON t.trainee_id = listed.trainee_id
 ORDER BY listed.key, listed.draw

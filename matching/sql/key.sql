-- What an opening's order reads of a person: a rank, the microsecond of registration, or the day they were certified on;
-- nothing where there is none. Who is on the institution's list is read once, for all, and a place only of those who are.
CASE WHEN p.order_rule IN (1, 2)
     THEN CASE WHEN p.trainee_id IN (SELECT l.trainee_id FROM {place} l WHERE l.opening_id = {opening})
               THEN (SELECT CASE WHEN p.order_rule = 1 THEN l.rank
                                 ELSE (extract(epoch FROM l.registered_at) * 1000000)::bigint END
                       FROM {place} l WHERE l.opening_id = {opening} AND l.trainee_id = p.trainee_id) END
     WHEN p.order_rule = 3 THEN 0
     ELSE p.certified END

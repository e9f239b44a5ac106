-- Writing down what people are told, each thing once: one statement for one message and for thousands, asked by
-- notifications/outbox/posting.py and by rooms that post from inside the database (matching/sql/tell.sql).
-- What comes back is what they had not been told before, with what the ways out need to know of the reader.

CREATE TYPE notifications_post AS (
    user_id bigint, kind text, topic text, once_key text, rung smallint, data jsonb, path text
);
CREATE TYPE notifications_told AS (
    notice_id bigint, public_id uuid, user_id bigint, topic text, once_key text, rung smallint,
    email text, time_zone text, frequency text -- of letters about the topic; '' where the person did not choose
);

CREATE FUNCTION notifications_tell(posts notifications_post[], moment timestamptz) RETURNS SETOF notifications_told
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    WITH made AS (
        INSERT INTO notifications_notice (created_at, public_id, user_id, kind, topic, once_key, rung, data, path)
        SELECT moment, uuidv7(), once.user_id, once.kind, once.topic, once.once_key, once.rung, once.data, once.path
          FROM (SELECT DISTINCT ON (p.user_id, p.once_key, p.rung) p.*
                  FROM unnest(posts) WITH ORDINALITY p (user_id, kind, topic, once_key, rung, data, path, place)
                 ORDER BY p.user_id, p.once_key, p.rung, p.place) once
         -- Two that post the same things take them in the same order: one waits for the other, never both.
         ORDER BY once.user_id, once.once_key, once.rung
        ON CONFLICT (user_id, once_key, rung) DO NOTHING
        RETURNING id, public_id, user_id, topic, once_key, rung
    )
    SELECT m.id, m.public_id, m.user_id, m.topic::text, m.once_key::text, m.rung,
           coalesce(u.email, '')::text, u.time_zone::text, coalesce(f.frequency, '')::text
      FROM made m
      JOIN accounts_user u ON u.id = m.user_id
      LEFT JOIN notifications_preference f ON f.user_id = m.user_id AND f.topic = m.topic;
END $$;

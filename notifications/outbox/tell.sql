-- Writing down what people are told, each thing once: one statement for one message and for thousands, asked by
-- notifications/outbox/posting.py and by rooms that post from inside the database (matching/sql/tell.sql).
-- What comes back is what they had not been told before.

CREATE TYPE notifications_post AS (
    user_id bigint, kind text, topic text, once_key text, rung smallint, data jsonb, path text
);
CREATE TYPE notifications_told AS (
    notice_id bigint, public_id uuid, user_id bigint, topic text, once_key text, rung smallint,
    letter boolean -- whether one about it leaves at once
);

-- Everybody with an address gets a letter about it, as often as they chose: at once, with the next digest, or, where they
-- turned it off, a row that says so. Digests come at 7:00 on the person's own clock, tomorrow or next Monday;
-- notifications.preferences.next_digest says the same. `host` is where a letter's Message-ID says it comes from.
CREATE FUNCTION notifications_tell(posts notifications_post[], moment timestamptz, host text) RETURNS SETOF notifications_told
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
    ), told AS MATERIALIZED (
        SELECT m.*, u.email, u.time_zone,
               (SELECT f.frequency FROM notifications_preference f WHERE f.user_id = m.user_id AND f.topic = m.topic) AS chosen
          FROM made m JOIN accounts_user u ON u.id = m.user_id
    ), written AS (
        INSERT INTO notifications_delivery (notice_id, user_id, channel, address, state, reason, due_at, message_id,
                                            created_at, error, sent_as, provider_id, held, attempts)
        SELECT t.id, t.user_id, 'email', t.email,
               CASE WHEN t.chosen = 'off' THEN 'withheld' WHEN t.chosen IN ('daily', 'weekly') THEN 'waiting' ELSE 'queued' END,
               CASE WHEN t.chosen = 'off' THEN 'preference' ELSE '' END,
               CASE WHEN t.chosen = 'daily'
                    THEN ((moment AT TIME ZONE t.time_zone)::date + 1 + time '07:00') AT TIME ZONE t.time_zone
                    WHEN t.chosen = 'weekly'
                    THEN (date_trunc('week', moment AT TIME ZONE t.time_zone) + interval '7 days 7 hours') AT TIME ZONE t.time_zone
                    ELSE moment END,
               '<' || t.public_id || '@' || host || '>', moment, '', '', '', false, 0
          FROM told t WHERE t.email <> ''
    )
    SELECT t.id, t.public_id, t.user_id, t.topic::text, t.once_key::text, t.rung,
           t.email <> '' AND (t.chosen IS NULL OR t.chosen NOT IN ('off', 'daily', 'weekly'))
      FROM told t;
END $$;

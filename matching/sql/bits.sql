-- Small functions on sets of credentials; each is one line of the rules.

CREATE FUNCTION matching_ones(w0 bigint, w1 bigint, w2 bigint, w3 bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (bit_count(int8send(w0)) + bit_count(int8send(w1)) + bit_count(int8send(w2)) + bit_count(int8send(w3)))::integer
$$;

-- How many of the further groups stand so: -1 nobody's member is held or claimed, 0 one is claimed and none held.
CREATE FUNCTION matching_groups(
    more bigint[], h0 bigint, h1 bigint, h2 bigint, h3 bigint, c0 bigint, c1 bigint, c2 bigint, c3 bigint, stands integer
) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    found integer := 0;
    i integer;
BEGIN
    FOR i IN 1 .. cardinality(more) BY 4 LOOP
        CONTINUE WHEN (more[i] & h0) | (more[i + 1] & h1) | (more[i + 2] & h2) | (more[i + 3] & h3) <> 0;
        IF ((more[i] & c0) | (more[i + 1] & c1) | (more[i + 2] & c2) | (more[i + 3] & c3) <> 0) = (stands = 0) THEN
            found := found + 1;
        END IF;
    END LOOP;
    RETURN found;
END $$;

-- One word of the members of all further groups that are missing.
CREATE FUNCTION matching_wanted(
    more bigint[], h0 bigint, h1 bigint, h2 bigint, h3 bigint, c0 bigint, c1 bigint, c2 bigint, c3 bigint, word integer
) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    found bigint := 0;
    i integer;
BEGIN
    FOR i IN 1 .. cardinality(more) BY 4 LOOP
        IF (more[i] & (h0 | c0)) | (more[i + 1] & (h1 | c1)) | (more[i + 2] & (h2 | c2)) | (more[i + 3] & (h3 | c3)) = 0 THEN
            found := found | more[i + word];
        END IF;
    END LOOP;
    RETURN found;
END $$;

CREATE FUNCTION matching_nth(since bytea, n bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT get_byte(since, (2 * n)::integer) * 256 + get_byte(since, (2 * n + 1)::integer)
$$;

-- Since when a person holds one credential, in days since 1950-01-01. Only for bits that are held, or -1: then NULL.
CREATE FUNCTION matching_since(h0 bigint, h1 bigint, h2 bigint, h3 bigint, since bytea, spot smallint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN spot < 0 THEN NULL
                WHEN spot < 63 THEN matching_nth(since, bit_count(int8send(h0 & ((1::bigint << spot) - 1))))
                ELSE matching_nth(since, bit_count(int8send(h0))
                     + CASE WHEN spot < 126 THEN bit_count(int8send(h1 & ((1::bigint << (spot - 63)) - 1)))
                            WHEN spot < 189 THEN bit_count(int8send(h1)) + bit_count(int8send(h2 & ((1::bigint << (spot - 126)) - 1)))
                            ELSE bit_count(int8send(h1)) + bit_count(int8send(h2))
                                 + bit_count(int8send(h3 & ((1::bigint << (spot - 189)) - 1))) END) END
$$;

-- Since when a person holds all that is asked for, in days since 1950-01-01: the day the last of it came, of a group the
-- first; NULL while something is lacking. Where nothing is asked for, the first certificate counts.
CREATE FUNCTION matching_certified(
    h0 bigint, h1 bigint, h2 bigint, h3 bigint, since bytea, asked smallint[], groups smallint[]
) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    i integer;
    spot integer;
    held bigint;
    rank integer;
    day integer;
    first integer;  -- of the group at hand
    latest integer;
BEGIN
    IF asked = '{}' THEN
        FOR i IN 0 .. length(since) / 2 - 1 LOOP
            latest := least(latest, get_byte(since, 2 * i) * 256 + get_byte(since, 2 * i + 1));
        END LOOP;
        RETURN latest;
    END IF;
    FOR i IN 1 .. cardinality(asked) LOOP
        spot := asked[i] % 63;
        held := CASE asked[i] / 63 WHEN 0 THEN h0 WHEN 1 THEN h1 WHEN 2 THEN h2 ELSE h3 END;
        IF (held >> spot) & 1 = 1 THEN
            rank := bit_count(int8send(held & ((1::bigint << spot) - 1)));
            IF asked[i] >= 63 THEN rank := rank + bit_count(int8send(h0)); END IF;
            IF asked[i] >= 126 THEN rank := rank + bit_count(int8send(h1)); END IF;
            IF asked[i] >= 189 THEN rank := rank + bit_count(int8send(h2)); END IF;
            day := get_byte(since, 2 * rank) * 256 + get_byte(since, 2 * rank + 1);
            first := least(first, day);
        END IF;
        IF i = cardinality(asked) OR groups[i + 1] <> groups[i] THEN
            IF first IS NULL THEN
                RETURN NULL;
            END IF;
            latest := greatest(latest, first);
            first := NULL;
        END IF;
    END LOOP;
    RETURN latest;
END $$;

-- What people say in words, as bits in the order of accounts.models.people.
CREATE FUNCTION matching_languages(said varchar[]) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN 'en' = ANY (said) THEN 1 ELSE 0 END + CASE WHEN 'es' = ANY (said) THEN 2 ELSE 0 END
          + CASE WHEN 'pa' = ANY (said) THEN 4 ELSE 0 END + CASE WHEN 'hmn' = ANY (said) THEN 8 ELSE 0 END
          + CASE WHEN 'tl' = ANY (said) THEN 16 ELSE 0 END + CASE WHEN 'vi' = ANY (said) THEN 32 ELSE 0 END)::smallint
$$;

CREATE FUNCTION matching_shifts(said varchar[]) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE WHEN 'day' = ANY (said) THEN 1 ELSE 0 END + CASE WHEN 'swing' = ANY (said) THEN 2 ELSE 0 END
          + CASE WHEN 'night' = ANY (said) THEN 4 ELSE 0 END + CASE WHEN 'weekend' = ANY (said) THEN 8 ELSE 0 END)::smallint
$$;

-- How the full rematch makes its three tables anew (matching/rematch.py), for a role that may neither create nor drop
-- anything: these run as the owner, know these three names only, and whoever could do something with the standing table
-- can do the same with the next one. (lists.sql says what is in them.)
CREATE FUNCTION matching_list_begin(list text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    given record;
BEGIN
    IF list NOT IN ('matching_top', 'matching_short', 'matching_gap') THEN
        RAISE EXCEPTION 'no such list: %', list USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', list || '_next');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES)', list || '_next', list);
    FOR given IN SELECT a.grantee::regrole AS who, a.privilege_type AS what
                   FROM pg_class c, aclexplode(c.relacl) a
                  WHERE c.oid = list::regclass AND a.grantee NOT IN (0, c.relowner) LOOP
        EXECUTE format('GRANT %s ON %I TO %s', given.what, list || '_next', given.who);
    END LOOP;
END $$;

CREATE FUNCTION matching_list_key(list text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF list NOT IN ('matching_top', 'matching_short', 'matching_gap') THEN
        RAISE EXCEPTION 'no such list: %', list USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', list || '_next', list || '_next_pkey',
                   (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = list::regclass AND contype = 'p'));
END $$;

-- How long to wait is the caller's lock_timeout.
CREATE FUNCTION matching_lists_lock() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE matching_top, matching_short, matching_gap IN ACCESS EXCLUSIVE MODE;
END $$;

-- The next one takes the place of the standing one, which is dropped, or kept as `..._before` where there is none yet.
CREATE FUNCTION matching_list_swap(list text, keep boolean) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF list NOT IN ('matching_top', 'matching_short', 'matching_gap') THEN
        RAISE EXCEPTION 'no such list: %', list USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF keep AND to_regclass(list || '_before') IS NULL THEN
        EXECUTE format('ALTER TABLE %I RENAME TO %I', list, list || '_before');
        EXECUTE format('ALTER TABLE %I RENAME CONSTRAINT %I TO %I', list || '_before', list || '_pkey', list || '_before_pkey');
    ELSE
        EXECUTE format('DROP TABLE %I', list);
    END IF;
    EXECUTE format('ALTER TABLE %I RENAME TO %I', list || '_next', list);
    EXECUTE format('ALTER TABLE %I RENAME CONSTRAINT %I TO %I', list, list || '_next_pkey', list || '_pkey');
END $$;

CREATE FUNCTION matching_lists_forget() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DROP TABLE IF EXISTS matching_top_before, matching_short_before, matching_gap_before;
    ANALYZE matching_top, matching_short, matching_gap;
END $$;

REVOKE EXECUTE ON FUNCTION matching_list_begin(text), matching_list_key(text), matching_lists_lock(),
    matching_list_swap(text, boolean), matching_lists_forget() FROM PUBLIC;

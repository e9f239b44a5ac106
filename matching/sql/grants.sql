-- The role matching reads the facts as: these columns and no others. Whatever else is ever stored of a person cannot
-- enter matching, whoever writes the code: PostgreSQL refuses. Neither the role nor this text needs a superuser: a
-- database owner with CREATEROLE will do, or one whom an administrator made a member of the role (docs/running.md).
DO $$
BEGIN
    -- Roles belong to the server: another database of it may have made this one, even at this moment.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'throughline_matching') THEN
        CREATE ROLE throughline_matching NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;
DO $$
BEGIN
    -- Whoever is no superuser gives things to a role, and changes them later, only as a member of it.
    IF NOT (pg_has_role(current_user, 'throughline_matching', 'SET')
            AND pg_has_role(current_user, 'throughline_matching', 'USAGE')) THEN
        EXECUTE format('GRANT throughline_matching TO %I WITH INHERIT TRUE, SET TRUE', current_user);
    END IF;
END $$;
GRANT USAGE ON SCHEMA public TO throughline_matching;
GRANT SELECT (id, user_id, zip, miles, shifts, wage_wish_cents, license, languages, available_from)
    ON accounts_traineeprofile TO throughline_matching;
GRANT SELECT (id, is_active) ON accounts_user TO throughline_matching;
GRANT SELECT (user_id, purpose, withdrawn_at) ON accounts_consent TO throughline_matching;
GRANT SELECT (id, kind) ON accounts_organization TO throughline_matching;
GRANT SELECT (trainee_id, credential_id, provider_id, state, issued_on, expires_on)
    ON programs_certification TO throughline_matching;
GRANT SELECT (key, validity) ON programs_credential TO throughline_matching;
GRANT SELECT (credential_id, occupation_id) ON programs_credential_occupations TO throughline_matching;
GRANT SELECT (trainee_id, program_id) ON programs_enrollment TO throughline_matching;
GRANT SELECT (program_id, occupation_id) ON programs_program_occupations TO throughline_matching;
GRANT SELECT (trainee_id, occupation_id) ON programs_tradewish TO throughline_matching;
GRANT SELECT (id, public_id, organization_id, occupation_id, zip, license, languages, shifts, wage_min_cents,
              wage_max_cents, starts_on, opens_on, closes_on, order_rule, lottery_seed, state)
    ON openings_opening TO throughline_matching;
GRANT SELECT (opening_id, credential_id, kind, "group") ON openings_requirement TO throughline_matching;
GRANT SELECT, INSERT, UPDATE, DELETE ON matching_seeker, matching_offer, matching_bit, matching_ticket
    TO throughline_matching;
GRANT SELECT ON matching_near TO throughline_matching;
-- An owner may make things in the schema; this one only for as long as it is given these.
GRANT CREATE ON SCHEMA public TO throughline_matching;
DO $$
DECLARE
    door text;
BEGIN
    FOREACH door IN ARRAY ARRAY['matching_give_bits(bigint[], bigint[])', 'matching_give_tickets(bigint[])',
                                'matching_seekers(bigint[], date)', 'matching_offers(bigint[], date)',
                                'matching_project_people(bigint[], date)', 'matching_project_openings(bigint[], date)'] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', door); -- members of the role keep it
        EXECUTE format('ALTER FUNCTION %s OWNER TO throughline_matching', door);
    END LOOP;
END $$;
ALTER VIEW matching_pair OWNER TO throughline_matching;
REVOKE CREATE ON SCHEMA public FROM throughline_matching;

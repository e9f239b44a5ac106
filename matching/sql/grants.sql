-- The role matching reads the facts as: these columns and no others. Whatever else is ever stored of a person cannot
-- enter matching, whoever writes the code: PostgreSQL refuses.
DO $$
BEGIN
    CREATE ROLE throughline_matching NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- roles belong to the server, and another database of it made this one
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
DO $$
DECLARE
    door text;
BEGIN
    FOREACH door IN ARRAY ARRAY['matching_give_bits(bigint[], bigint[])', 'matching_give_tickets(bigint[])',
                                'matching_seekers(bigint[], date)', 'matching_offers(bigint[], date)',
                                'matching_project_people(bigint[], date)', 'matching_project_openings(bigint[], date)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO throughline_matching', door);
    END LOOP;
END $$;

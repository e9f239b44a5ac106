"""The database as a second wall: what pages and jobs may do is said once, and PostgreSQL refuses the rest."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from ledger import scopes
from pipeline import databases, roles

BOTH = {roles.WEB: scopes.visitor, roles.WORKER: lambda: scopes.job("test")}


def refusal(statement) -> str:
    with pytest.raises(ProgrammingError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value)


@pytest.mark.parametrize("role", BOTH)
def test_neither_pages_nor_jobs_can_change_history_the_structure_or_who_they_are(cast, role):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE insights_equityprofile (person bigint, said text)")
        cursor.execute("CREATE TABLE self_identification (person bigint, said text)")
    roles.install()  # also after it was run once more with these tables there
    with BOTH[role](), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) > 0 FROM accounts_zip")
        assert cursor.fetchone() == (role, True)
        for statement in (
            *("UPDATE ledger_event SET kind = 'other'", "DELETE FROM ledger_event", "TRUNCATE ledger_event"),
            "INSERT INTO ledger_event (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET kind = 'other'",
            *("ALTER TABLE ledger_event DISABLE TRIGGER ALL", "DROP TRIGGER ledger_event_append_only ON ledger_event"),
            *("ALTER TABLE accounts_user ADD x int", "DROP TABLE accounts_user", "TRUNCATE accounts_consent CASCADE"),
            *(
                "CREATE TABLE public.mine (x int)",
                "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ),
            *("SELECT * FROM insights_equityprofile", "INSERT INTO insights_equityprofile VALUES (1, 'said')"),
            *("SELECT * FROM self_identification", "COPY accounts_user TO PROGRAM 'true'"),
            *("UPDATE matching_seeker SET ticket = 1", "DELETE FROM matching_bit", "UPDATE matching_top SET place = 1"),
            *("UPDATE django_migrations SET name = ''", "ALTER TABLE accounts_user DISABLE ROW LEVEL SECURITY"),
            *("SET session_replication_role = replica", "ALTER ROLE CURRENT_USER BYPASSRLS"),
            *(
                "CREATE ROLE mine",
                "SELECT pg_read_file('/etc/passwd')",
                "SELECT matching_list_swap('accounts_user', true)",
            ),
        ):
            said = refusal(statement)
            assert "permission denied" in said or "must be owner" in said or "no such list" in said, (statement, said)
        cursor.execute("GRANT SELECT ON accounts_zip TO PUBLIC")  # a warning, for there is nothing they could give on
    assert list(roles.differences()) == []


def test_the_doors_of_matching_are_for_jobs_alone_and_run_as_their_own_role(cast):
    call = "SELECT count(*) FROM matching_seekers(NULL, current_date)"
    with scopes.visitor():
        assert "permission denied for function" in refusal(call)
    with scopes.job("test"), connection.cursor() as cursor:
        cursor.execute(call)
        assert cursor.fetchone() == (0,)


def test_what_drifted_is_found_and_mended_and_nothing_else_is_touched(db):
    assert roles.undecided() == []
    assert list(roles.differences()) == []
    assert roles.install() == 0
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE ON ledger_event TO {roles.WEB}; GRANT SELECT ON accounts_user TO PUBLIC")
        cursor.execute(f"REVOKE INSERT ON accounts_user FROM {roles.WORKER}; GRANT CREATE ON SCHEMA public TO PUBLIC")
        cursor.execute("GRANT EXECUTE ON FUNCTION matching_lists_forget() TO PUBLIC")
    assert roles.install() > 4
    assert list(roles.differences()) == []


def test_each_user_is_let_in_as_its_role_and_nobody_else(db, monkeypatch):
    def address(user):
        return {"USER": user, "PASSWORD": f"{user}-secret"}

    users = {"web": address("tests_site"), "worker": address("tests_jobs"), "owner": address("")}
    monkeypatch.setattr(settings, "DATABASE_URLS", users, raising=False)
    for _again in range(2):
        assert roles.install_logins() == ["tests_site", "tests_jobs"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role('tests_site', %s, 'USAGE'), pg_has_role('tests_site', %s, 'USAGE'),"
            " pg_has_role('tests_jobs', %s, 'USAGE'), rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb,"
            " has_database_privilege('public', current_database(), 'CONNECT')"
            " FROM pg_roles WHERE rolname = 'tests_site'",
            [roles.WEB, roles.WORKER, roles.WORKER],
        )
        assert cursor.fetchone() == (True, False, True, True, False, False)
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'tests_site'")
        assert cursor.fetchone()[0].startswith("SCRAM-SHA-256$")
        cursor.execute("CREATE ROLE tests_mighty LOGIN CREATEROLE")
    monkeypatch.setitem(users, "web", address("tests_mighty"))
    with pytest.raises(roles.Missing), transaction.atomic():
        roles.install_logins()
    monkeypatch.setattr(settings, "DATABASE_URLS", dict.fromkeys(users, address("postgres")), raising=False)
    assert roles.install_logins() == []  # one user for everything is never made a member of anything


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("/app/.venv/bin/gunicorn pipeline.wsgi", "web"),
        ("/x/gunicorn/__main__.py pipeline.wsgi", "web"),
        ("manage.py runserver", "web"),
        ("python", "web"),
        ("/app/.venv/bin/celery -A pipeline worker", "worker"),
        ("/x/celery/__main__.py -A pipeline beat", "worker"),
        ("manage.py watch", "worker"),
        ("manage.py erase_person x", "worker"),
        ("/app/manage.py prepare", "owner"),
        ("manage.py migrate", "owner"),
    ],
)
def test_who_a_process_signs_in_as(line, kind):
    assert databases.kind_of(line.split()) == kind

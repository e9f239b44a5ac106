"""Protected traits cannot enter matching: an import law says so, and the database refuses.

What a person may say of race, ethnicity, gender, disability, service or age belongs to the room `insights` alone.
Matching is kept from it three times: its code may import no such thing, the rules' own view of a person has no place
for it, and the role that reads the facts has no permission to.
"""

import ast
import dataclasses
import re
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from matching import projection, rules, sql
from tests.house.test_rooms import imported, sources

ROOT = Path(settings.BASE_DIR)
ROLE = "throughline_matching"
SELF_IDENTIFICATION = {"insights"}  # the one room that may store such a trait
TRAITS = {
    *(
        "race",
        "races",
        "racial",
        "ethnic",
        "ethnicity",
        "ethnicities",
        "color",
        "nationality",
        "ancestry",
        "tribe",
        "tribal",
    ),
    *("gender", "genders", "sex", "sexual", "orientation", "pregnancy", "pregnant", "marital", "religion", "religious"),
    *("disability", "disabilities", "disabled", "veteran", "veterans", "military", "citizenship", "immigration"),
    *("birth", "birthday", "birthdate", "birthplace", "born", "dob", "age", "ages"),
    *("equity", "demographic", "demographics", "identification"),
}
# What matching may know by name; a new one is added here with its reason, or not at all.
MODELS = {
    "accounts": {
        "Consent",
        "Membership",
        "Organization",
        "TraineeProfile",
        "User",
        "Zip",
        "Language",
        "License",
        "Shift",
    },
    "ledger": {"Event", "Handoff"},
    "openings": {"ListPlace", "Opening", "Requirement"},
    "programs": {"Certification", "Cohort", "Credential", "Enrollment", "Occupation", "Program", "TradeWish"},
}
DOORS = {
    "matching_give_bits",
    "matching_give_tickets",
    "matching_seekers",
    "matching_offers",
    "matching_project_people",
    "matching_project_openings",
}


def words(name: str) -> set[str]:
    """The words a name is made of: `EquityProfile.birth_date` -> equity, profile, birth, date."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace(".", "_").split("_"))


# --- The import law ---------------------------------------------------------------------------------------------------
def test_matching_imports_only_models_that_are_named_here():
    rooms = {config.label for config in apps.get_app_configs()}
    wrong = set()
    for path in sources("matching"):
        assert not set(imported(path)) & SELF_IDENTIFICATION
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                wrong |= {f"{path.name}: {alias.name}" for alias in node.names if ".models" in alias.name}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module.split(".")[0] in rooms:
                room, *rest = node.module.split(".")
                names = {alias.name for alias in node.names}
                # Names from a room's models; and no room's models as a whole, where any name could be reached.
                known = MODELS.get(room, set()) if rest[:1] == ["models"] else names - {"models", "*"}
                wrong |= {f"{path.name}: {name} of {node.module}" for name in names - known}
    assert not wrong


def test_matching_speaks_of_no_protected_trait():
    """Neither in the name of a thing nor in a lookup: `user__gender` is a string."""
    wrong = set()
    for path in sources("matching"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [
                getattr(node, "id", None),
                getattr(node, "attr", None),
                getattr(node, "arg", None),
                getattr(node, "module", None),
            ]
            if isinstance(node, ast.alias):
                names += [node.name, node.asname]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+", node.value):
                names.append(node.value)
            wrong |= {f"{path.name}: {name}" for name in names if isinstance(name, str) and words(name) & TRAITS}
    for path in sql.HERE.glob("*.sql"):
        code = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        wrong |= {f"{path.name}: {name}" for name in re.findall(r"\w+", code) if words(name) & TRAITS}
    assert not wrong


def test_the_rules_are_pure():
    path = ROOT / "matching" / "rules.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert set(imported(path)) <= set(sys.stdlib_module_names) - {
        "time",
        "os",
        "random",
        "sqlite3",
        "socket",
        "subprocess",
    }
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    clock = {"now", "today", "utcnow", "fromtimestamp", "time", "__import__", "open"}
    names = {getattr(node, "attr", None) or getattr(node, "id", None) for node in ast.walk(tree)}
    assert not names & clock


def test_the_rules_know_of_a_person_what_is_named_here():
    fields = {field.name for field in dataclasses.fields(rules.Trainee)}
    assert fields == {
        *("id", "zip", "point", "miles", "wishes", "trained", "wage_wish_cents"),
        *("license", "shifts", "languages", "available_from", "held"),
    }


def test_no_table_outside_the_room_for_it_stores_such_a_trait():
    wrong = {
        f"{model._meta.label}.{name}"
        for model in apps.get_models()
        if model._meta.app_label not in SELF_IDENTIFICATION
        for name in [model.__name__, model._meta.db_table, *(field.name for field in model._meta.get_fields())]
        if words(name) & TRAITS
    }
    assert not wrong


@pytest.mark.parametrize(
    "name", ["EquityProfile", "race_ethnicity", "user__gender", "insights.birth_date", "isVeteran"]
)
def test_the_law_knows_such_a_name_when_it_sees_one(name):
    assert words(name) & TRAITS


# --- The permission ---------------------------------------------------------------------------------------------------
def granted() -> set[tuple[str, str]]:
    """What grants.sql lets the role read: (table, column); of its own tables every column."""
    text = re.sub(r"--.*", "", "\n".join([sql.text("grants"), *sql.looking()]))
    found = {
        (table, column.strip(' "\n'))
        for columns, table in re.findall(r"GRANT SELECT \(([^)]*)\)\s+ON (\w+) TO", text)
        for column in columns.split(",")
    }
    whole = re.findall(r"GRANT SELECT(?:, INSERT, UPDATE, DELETE)? ON ([\w, \n]+?)\s+TO", text)
    own = {table.strip() for tables in whole for table in tables.split(",")} | {"matching_pair"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = ANY(%s)",
            [list(own)],
        )
        return found | set(cursor.fetchall())


def test_the_role_reads_the_columns_of_the_list_and_no_other(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f')"
            " AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')",
            [ROLE],
        )
        may = set(cursor.fetchall())
    assert may == granted()
    assert len(may) > 100
    assert not {pair for pair in may if words(pair[1]) & TRAITS}


def test_the_role_writes_its_own_tables_and_no_other(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND (has_table_privilege(%(role)s, oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
            " OR has_any_column_privilege(%(role)s, oid, 'INSERT, UPDATE'))",
            {"role": ROLE},
        )
        assert {name for (name,) in cursor.fetchall()} == {
            "matching_seeker",
            "matching_offer",
            "matching_bit",
            "matching_ticket",
        }


def test_the_role_is_nobody_and_can_become_nobody(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcanlogin, rolcreaterole, rolcreatedb, rolbypassrls,"
            " has_schema_privilege(rolname, 'public', 'CREATE'),"
            " EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) FROM pg_roles r WHERE rolname = %s",
            [ROLE],
        )
        assert cursor.fetchall() == [(False,) * 7]


def test_the_doors_run_as_the_role(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosecdef, array_to_string(proconfig, ' ') FROM pg_proc WHERE proowner = %s::regrole",
            [ROLE],
        )
        doors = {name: (definer, config) for name, definer, config in cursor.fetchall()}
        cursor.execute("SELECT relname FROM pg_class WHERE relowner = %s::regrole AND relkind = 'v'", [ROLE])
        assert cursor.fetchall() == [("matching_pair",)]
    assert set(doors) == DOORS
    assert all(definer and "search_path=public, pg_temp" in config for definer, config in doors.values())


@pytest.fixture
def said(cast):
    """A table of what people said of themselves, and Ana in it."""
    cast.agree()
    cast.certify()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE self_identification (trainee_id bigint, ethnicity text)")
        cursor.execute("INSERT INTO self_identification VALUES (%s, 'said')", [cast.trainee.pk])
    return cast


def refused(person, on, at) -> str:
    with pytest.raises(ProgrammingError) as error, transaction.atomic():
        projection.people([person], on=on, at=at)
    return str(error.value)


def replace(function: str, old: str, new: str) -> None:
    """Say one of the doors differently, as careless or ill-willed code might; it stays the role's."""
    start = sql.text("project", looking="AND p.looking").index(f"CREATE FUNCTION {function}(")
    text = sql.text("project", looking="AND p.looking")[start:]
    text = text[: text.index("$$;", text.index("$$") + 2) + 3] if "$$;" in text else text
    assert old in text
    with connection.cursor() as cursor:
        cursor.execute(text.replace(old, new).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def test_people_cannot_be_chosen_by_what_they_said_of_themselves(said):
    on = said.now.date()
    assert projection.people([said.trainee.pk], on=on, at=said.now) == [said.trainee.pk]
    old = "JOIN matching_ticket t ON t.trainee_id = p.id"
    replace(
        "matching_seekers", old, f"{old} JOIN self_identification s ON s.trainee_id = p.id AND s.ethnicity = 'other'"
    )
    assert "permission denied for table self_identification" in refused(said.trainee.pk, on, said.now)
    # It was the permission and nothing else that kept them in.
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON self_identification TO {ROLE}")
    assert projection.people([said.trainee.pk], on=on, at=said.now) == [said.trainee.pk]


def test_a_column_that_is_not_on_the_list_cannot_be_read(said):
    replace("matching_seekers", "(p.miles * 10)", "(p.miles * 10 + length(p.county) * 0)")
    assert "permission denied for table accounts_traineeprofile" in refused(said.trainee.pk, said.now.date(), said.now)


def test_the_view_of_the_rules_cannot_read_it_either(said):
    view = sql.pair().replace(
        "JOIN matching_near n ON n.work = o.zip",
        "JOIN matching_near n ON n.work = o.zip JOIN self_identification s ON s.ethnicity = 'said'",
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE VIEW matching_pair AS {view}")
        with (
            pytest.raises(ProgrammingError, match="permission denied for table self_identification"),
            transaction.atomic(),
        ):
            cursor.execute("SELECT count(*) FROM matching_pair")


# --- A server where we are no superuser -------------------------------------------------------------------------------
ALL_OF_IT = """
SELECT format('DATABASE %I', current_database())
 UNION ALL
SELECT CASE relkind WHEN 'v' THEN 'VIEW ' ELSE 'TABLE ' END || oid::regclass FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
 UNION ALL
SELECT 'FUNCTION ' || oid::regprocedure FROM pg_proc
 WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'matching')
"""


def test_a_database_owner_who_is_no_superuser_can_install_it_and_take_it_away(cast):
    """As on a managed server: CREATEROLE and the database, nothing more; with a role that is not there yet."""
    cast.agree()
    cast.certify()
    role = f"{ROLE}_elsewhere"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE ROLE throughline_owner CREATEROLE")
        cursor.execute(ALL_OF_IT)
        cursor.execute(";".join(f"ALTER {thing} OWNER TO throughline_owner" for (thing,) in cursor.fetchall()))
        cursor.execute("SET LOCAL ROLE throughline_owner")
        cursor.execute(";".join([sql.text("grants").rstrip().rstrip(";"), sql.looking()[0]]).replace(ROLE, role))
        for walled in ("accounts_user", "programs_enrollment"):  # pipeline/walls.py lets matching's own role see them
            cursor.execute(f"CREATE POLICY elsewhere ON {walled} FOR SELECT TO {role} USING (true)")
        cursor.execute("SELECT proowner::regrole::text FROM pg_proc WHERE proname = ANY(%s)", [list(DOORS)])
        assert cursor.fetchall() == [(role,)] * len(DOORS)
        cursor.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [role])
        assert cursor.fetchone() == (False,)
        assert projection.people([cast.trainee.pk], on=cast.now.date(), at=cast.now) == [cast.trainee.pk]
        opening = cast.opening()
        assert projection.openings([opening.pk], on=cast.now.date(), at=cast.now) == [opening.pk]
        cursor.execute("SELECT state FROM matching_pair")
        assert cursor.fetchall() == [("fits",)]
        # Said once more, as a restored copy needs it, it changes nothing.
        cursor.execute(sql.text("grants").replace(ROLE, role))
        cursor.execute("CREATE TABLE self_identification (trainee_id bigint)")
        cursor.execute("SELECT has_table_privilege(%s, 'self_identification', 'SELECT')", [role])
        assert cursor.fetchone() == (False,)
        cursor.execute("DROP POLICY elsewhere ON accounts_user; DROP POLICY elsewhere ON programs_enrollment")
        cursor.execute(sql.DROP.replace(ROLE, role))
        cursor.execute(f"DROP ROLE {role}")
        cursor.execute("RESET ROLE")

"""What pages and jobs may do in the database, room by room: `manage.py roles` makes PostgreSQL say the same.

Nothing is given by default. A table of a room that is not listed here (`insights`, say, with what people said of
themselves) can be read by nobody but its owner, whoever writes the code. Neither role may change a table's structure,
empty it, or switch off a trigger; neither may alter history. `throughline_matching`, as which the facts are read for
matching, has a shorter list of its own: matching/sql/grants.sql.
"""

import re
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

WEB, WORKER = "throughline_web", "throughline_worker"
READ = frozenset({"SELECT"})
ADD = READ | {"INSERT"}
WRITE = ADD | {"UPDATE", "DELETE"}
# So much may both do with the tables of these rooms: the beginning of a table's name, or all of it.
ROOMS = {
    "ledger": WRITE,
    "accounts": WRITE,
    "notifications": WRITE,
    "imports": WRITE,
    "programs": WRITE,
    "openings": WRITE,
    "matching": WRITE,
    "placements": WRITE,
    "councils": WRITE,
    "account": WRITE,
    "mfa": WRITE,
    "usersessions": WRITE,
    "django_session": WRITE,
    "django_admin_log": WRITE,
    "auth": READ,
    "django_content_type": READ,
    "django_migrations": READ,
    "cache": WRITE,
}
# Rooms that neither may enter, said aloud: what people say of themselves for the statistics.
SECLUDED = {"insights"}
# History is only ever added to. Projections are written by the doors of matching alone, which run as its own role; what
# the full rematch made is swapped in by functions of the owner (matching/sql/swap.sql).
TABLES = {
    "ledger_event": (ADD, ADD),
    "accounts_zip": (READ, READ),
    "matching_seeker": (READ, READ | {"MAINTAIN"}),
    "matching_offer": (READ, READ | {"MAINTAIN"}),
    "matching_bit": (READ, READ),
    "matching_ticket": (READ, READ),
    "matching_near": (WRITE, WRITE | {"MAINTAIN"}),
    "matching_pair": (READ, READ),
    "matching_top": (READ, ADD),
    "matching_short": (READ, ADD),
    "matching_gap": (READ, ADD),
    "django_session": (WRITE, frozenset({"SELECT", "DELETE"})),
    "django_admin_log": (WRITE, frozenset({"SELECT", "UPDATE", "DELETE"})),
}
# Functions that are not everybody's, and who may call them.
FUNCTIONS = {
    "matching_give_bits": (WORKER,),
    "matching_give_tickets": (WORKER,),
    "matching_seekers": (WORKER,),
    "matching_offers": (WORKER,),
    "matching_project_people": (WORKER,),
    "matching_project_openings": (WORKER,),
    "matching_list_begin": (WORKER,),
    "matching_list_key": (WORKER,),
    "matching_list_swap": (WORKER,),
    "matching_lists_lock": (WORKER,),
    "matching_lists_forget": (WORKER,),
}


class Missing(Exception):
    """A role that is not there as it must be, and we may not make it."""

    def __init__(self, role: str):
        super().__init__(role)
        self.role = role


def room_of(table: str) -> str | None:
    """Which room a table belongs to, by its name; None for one that is listed nowhere."""
    if table in ROOMS:
        return table
    return max((room for room in {*ROOMS, *SECLUDED} if table.startswith(f"{room}_")), key=len, default=None)


def allowed(table: str, role: str) -> frozenset[str]:
    """What the role may do with the table."""
    base = re.sub(r"_(next|before)$", "", table) if table.startswith("matching_") else table
    if base in TABLES:
        return TABLES[base][role == WORKER]
    return ROOMS.get(room_of(table), frozenset())


def undecided() -> list[str]:
    """Tables of our models about which nobody has decided."""
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return sorted(name for name in names if room_of(name) is None)


_HAVE = """
SELECT c.relname, r.name, coalesce(array_agg(a.privilege_type) FILTER (WHERE a.privilege_type IS NOT NULL), '{}')
  FROM pg_class c
 CROSS JOIN unnest(%s::text[]) r (name)
  LEFT JOIN LATERAL aclexplode(c.relacl) a
    ON CASE WHEN r.name = 'PUBLIC' THEN a.grantee = 0 ELSE a.grantee = to_regrole(r.name) END
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
 GROUP BY 1, 2
"""
_CALLED = """
SELECT p.oid::regprocedure::text, p.proname, r.name,
       EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                WHERE CASE WHEN r.name = 'PUBLIC' THEN a.grantee = 0 ELSE a.grantee = to_regrole(r.name) END)
  FROM pg_proc p CROSS JOIN unnest(%s::text[]) r (name)
 WHERE p.pronamespace = 'public'::regnamespace AND p.proname = ANY (%s)
"""


def differences() -> Iterator[str]:
    """The statements that would make PostgreSQL say what this module says; none when it does."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role FROM unnest(%s::text[]) role WHERE NOT coalesce(has_schema_privilege(to_regrole(role),"
            " 'public', 'USAGE') AND NOT has_schema_privilege(to_regrole(role), 'public', 'CREATE'), false)",
            [[WEB, WORKER]],
        )
        for (role,) in cursor.fetchall():
            yield f"REVOKE CREATE ON SCHEMA public FROM {role}, PUBLIC"
            yield f"GRANT USAGE ON SCHEMA public TO {role}"
        cursor.execute(_HAVE, [["PUBLIC", WEB, WORKER]])
        for table, role, found in sorted(cursor.fetchall()):
            wanted = frozenset() if role == "PUBLIC" else allowed(table, role)
            if more := set(found) - wanted:
                yield f"REVOKE {', '.join(sorted(more))} ON {quote(table)} FROM {role}"
            if less := wanted - set(found):
                yield f"GRANT {', '.join(sorted(less))} ON {quote(table)} TO {role}"
        cursor.execute(_CALLED, [["PUBLIC", WEB, WORKER], list(FUNCTIONS)])
        for function, name, role, may in sorted(cursor.fetchall()):
            if may and role not in FUNCTIONS[name]:
                yield f"REVOKE EXECUTE ON FUNCTION {function} FROM {role}"
            elif not may and role in FUNCTIONS[name]:
                yield f"GRANT EXECUTE ON FUNCTION {function} TO {role}"


def there() -> bool:
    """Whether both roles are there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname IN (%s, %s)", [WEB, WORKER])
        return cursor.fetchone()[0] == 2


def may_be_made() -> bool:
    """Whether we may make roles at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


@transaction.atomic
def install() -> int:
    """Make the roles and give them what they need, and no more; how many statements that took."""
    with connection.cursor() as cursor:
        for role in (WEB, WORKER):
            ensure(cursor, role)
        statements = list(differences())
        for statement in statements:
            cursor.execute(statement)
    return len(statements)


def ensure(cursor, role: str, attributes: str = "NOLOGIN") -> None:
    """Make this role unless it is there. Roles belong to the server: another database may make it at this moment."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone():
        return
    if not may_be_made():
        raise Missing(role)
    cursor.execute(
        f"DO $$ BEGIN CREATE ROLE {connection.ops.quote_name(role)} {attributes};"
        " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )


# --- Who signs in -----------------------------------------------------------------------------------------------------
@transaction.atomic
def install_logins() -> list[str]:
    """Let the users of DATABASE_URL and WORKER_DATABASE_URL in, each as its role; their names.

    Nobody else may connect to this database any longer, except its owner. Where all are the owner, nothing is done.
    """
    named = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        me = cursor.fetchone()[0]
        for role, address in ((WEB, settings.DATABASE_URLS["web"]), (WORKER, settings.DATABASE_URLS["worker"])):
            user = address.get("USER")
            if not user or user in (me, settings.DATABASE_URLS["owner"].get("USER")):
                continue
            _let_in(cursor, user, address.get("PASSWORD") or "", role)
            named.append(user)
        if named:
            database = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute("SELECT has_database_privilege('public', current_database(), 'CONNECT')")
            if cursor.fetchone()[0]:
                cursor.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
            for user in named:
                cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {connection.ops.quote_name(user)}")
    return named


def _let_in(cursor, user: str, password: str, role: str) -> None:
    quoted = connection.ops.quote_name(user)
    ensure(cursor, user, "LOGIN")
    cursor.execute(
        "SELECT rolcanlogin, pg_has_role(%s, %s, 'USAGE'), rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
        " WHERE rolname = %s",
        [user, role, user],
    )
    login, member, mighty = cursor.fetchone()
    cursor.execute(
        "SELECT rolsuper OR pg_has_role(%s, 'MEMBER WITH ADMIN OPTION'), rolsuper OR pg_has_role(%s,"
        " 'MEMBER WITH ADMIN OPTION') FROM pg_roles WHERE rolname = current_user",
        [role, user],
    )
    of_role, of_user = cursor.fetchone()
    # Roles that an administrator made are the administrator's to change.
    if mighty or (not member and not of_role) or (not login and not of_user):
        raise Missing(user)
    if not login:
        cursor.execute(f"ALTER ROLE {quoted} LOGIN")
    if not member:
        cursor.execute(f"GRANT {role} TO {quoted}")
    if password and of_user:
        # Only its proof goes over the line and into PostgreSQL's log, never the word itself.
        proof = connection.connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256")
        cursor.execute(f"ALTER ROLE {quoted} PASSWORD '{proof.decode()}'")

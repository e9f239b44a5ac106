"""As whom a process signs in at the database: pages, jobs and migrations have an address of their own each.

Imported by the settings. Where only DATABASE_URL is given, everybody uses that one.
"""

from collections.abc import Sequence
from pathlib import PurePath

from dj_database_url import parse
from django.core.exceptions import ImproperlyConfigured

ENGINE = "django.db.backends.postgresql"
# Nobody waits for ever, and what is said through ledger/prepared.py is planned once a connection. That wants saying:
# where a plan for just these values looks a little better, PostgreSQL would plan every time anew.
SESSION = (
    "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    " -c plan_cache_mode=force_generic_plan"
)

WEB, WORKER, OWNER = "web", "worker", "owner"
# Commands that change the structure, load what belongs to it, or look at all of it.
OF_THE_OWNER = {
    "backup", "createcachetable", "doctor", "flush", "load_reference", "makemigrations", "migrate", "optimizemigration",
    "prepare", "restore", "roles", "seed", "showmigrations", "sqlflush", "sqlmigrate", "squashmigrations", "test",
}  # fmt: skip


def kind_of(arguments: Sequence[str]) -> str:
    """Which of the three this process is, by its command line: what serves pages is never more than WEB."""
    program = PurePath(arguments[0]) if arguments else PurePath()
    name = program.parent.name if program.name == "__main__.py" else program.name
    if name == "celery":
        return WORKER
    if name in ("manage.py", "django-admin"):
        command = arguments[1] if len(arguments) > 1 else ""
        if command == "runserver":
            return WEB
        return OWNER if command in OF_THE_OWNER else WORKER
    return WEB


def urls(web: dict, *, worker: str, owner: str) -> dict[str, dict]:
    """The addresses of all three; what is not given is that of the pages. Raises ImproperlyConfigured on nonsense."""
    for name, address in (("WORKER_DATABASE_URL", worker), ("MIGRATE_DATABASE_URL", owner)):
        if address and not address.startswith(("postgres://", "postgresql://")):
            raise ImproperlyConfigured(f"{name} must begin with postgres://.")
    return {
        WEB: web,
        WORKER: parse(worker, engine=ENGINE) if worker else web,
        OWNER: parse(owner, engine=ENGINE) if owner else web,
    }

"""A database that was put back stays shut until whoever was erased since is erased again.

A backup knows people who were erased after it was made. Between its return and the end of `prepare` a migration may
fail, the disk may fill, the machine may stop; and somebody may start the site all the same. So the database itself is
shut: whoever connects finds no tables, the owner too, until `prepare` has erased again and opens it. It is a setting of
the database, so it holds for every user and outlives the process that made it.
"""

import contextlib
from collections.abc import Iterator

import psycopg
from django.db import connection
from psycopg import sql

from matching import rematch

NOWHERE = "restored_not_prepared"  # no schema is called so
_WHOSE = "SELECT oid::bigint FROM pg_namespace WHERE nspname = 'public'"  # another one after a backup was put back
_SHUT = """
SELECT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
                WHERE d.datname = current_database() AND s.setrole = 0 AND %s = ANY (s.setconfig))
"""


def is_shut() -> bool:
    """Whether a backup was put back and `prepare` did not end since."""
    with connection.cursor() as cursor:
        cursor.execute(_SHUT, [f"search_path={NOWHERE}"])
        return cursor.fetchone()[0]


@contextlib.contextmanager
def shut() -> Iterator[None]:
    """Shut it for what is done inside, and for good when that succeeds; when it fails all is as it was before.

    Whoever is interrupted may not know that what they began has ended well: what was put back stays shut.
    """
    before, replaced = is_shut(), _whose()
    _say(_statement("SET search_path = {nowhere}"))
    try:
        yield
    except BaseException:
        with contextlib.suppress(psycopg.Error):
            if not before:
                _say(_statement("RESET search_path"), only_if=replaced)
        raise


@contextlib.contextmanager
def passed() -> Iterator[None]:
    """Inside, this process finds the tables even so. For `prepare` alone."""
    if not is_shut():
        yield
        return
    options = connection.settings_dict["OPTIONS"]
    given = options.get("options", "")
    try:
        options["options"] = f"{given} -c search_path=public"
        _anew()
        yield
    finally:
        options["options"] = given
        _anew()


def open_again() -> None:
    """Nobody is in it any more who should not be."""
    _say(_statement("RESET search_path"))


def shutting() -> str:
    """The same said in the transaction that puts a backup back: neither is there without the other."""
    return _statement("SET search_path = {nowhere}").as_string() + ";"


def _statement(change: str) -> sql.Composed:
    name = sql.Identifier(connection.settings_dict["NAME"])
    return sql.SQL("ALTER DATABASE {name} " + change).format(name=name, nowhere=sql.Identifier(NOWHERE))


def _say(change: sql.Composed, only_if: tuple | None = None) -> None:
    """In a transaction: when another says so too, one of them fails and the database stays shut."""
    with psycopg.connect(rematch.address()) as line:
        line.execute(change)
        if only_if and line.execute(_WHOSE).fetchone() != only_if:
            line.rollback()


def _whose() -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE)
        return cursor.fetchone()


def _anew() -> None:
    """What the database was told stands from the next connection on."""
    connection.close()
    connection.close_pool()

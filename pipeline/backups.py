"""Backups: all of PostgreSQL as one file, each proved by restoring it before it counts.

1. `make` opens a snapshot. In it every table's rows are counted and hashed, and pg_dump writes the file of that same
   snapshot while the site goes on. Counts and hashes are the note beside the file.
2. `prove` starts a fresh PostgreSQL in a folder that is thrown away, restores the file there and compares each table
   with the note.
3. `restore` puts a file in the place of what the database holds, in one transaction, the comparing included: all of it,
   or nothing changes. Who may do what comes back with it; what the owner may goes to whoever owns the database here.
   Whoever was erased since is erased again by `prepare`, which follows; until then the database is shut (latch.py).
"""

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg import sql

from accounts.record import erase
from ledger import heartbeats
from ledger.models import Turn
from matching import rematch
from pipeline import latch, local, ops, roles, servers
from pipeline.processes import Trouble

MATCHING = "throughline_matching"
JOB = "backup"
LONGEST = 24 * 60 * 60  # seconds; whatever is older is nobody's work any more
# As text a value is the same on every server only when it is written the same way.
_PLAIN = (
    "SET statement_timeout = 0; SET lock_timeout = '1min'; SET idle_in_transaction_session_timeout = 0;"
    " SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1;"
    " SET bytea_output = 'hex'; SET row_security = off; SET search_path = public"
)
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
_COUNT = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} t")
# The same of a whole file, in the transaction that brought it in: where one table differs, nothing was changed.
_SAME = """
DO $same$
DECLARE
    one record;
    found jsonb;
    wrong text[] := '{}';
BEGIN
    FOR one IN SELECT coalesce(n.key, c.relname) AS name, n.value AS saved, c.oid IS NOT NULL AS there
                 FROM jsonb_each($note$%s$note$) n
                 FULL JOIN (SELECT oid, relname::text FROM pg_class
                             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r') c ON c.relname = n.key
                ORDER BY 1 LOOP
        found := NULL;
        IF one.there THEN
            EXECUTE format('SELECT jsonb_build_array(count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text)'
                           ' FROM public.%%I t', one.name) INTO found;
        END IF;
        IF found IS DISTINCT FROM one.saved THEN
            wrong := wrong || one.name;
        END IF;
    END LOOP;
    IF wrong <> '{}' THEN
        RAISE 'What came back is not what was saved: %%. Nothing was changed.', array_to_string(wrong, ', ');
    END IF;
END $same$;
"""
# Everything goes, and what was there comes back if any of what follows fails.
_EMPTY = (
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner;"
    " GRANT USAGE ON SCHEMA public TO PUBLIC"
)


# Whoever is signed in here besides us; PostgreSQL's own workers have no name.
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL"
)


@dataclasses.dataclass
class Note:
    """What stands beside a file: what is in it, so that whoever restores it can tell that all of it came back."""

    made_at: str
    version: str
    sha256: str
    erased: int  # how many numbers the file of tombstones had
    migrations: list[str]
    tables: dict[str, list]  # name -> rows, and the sum of their hashes
    proved_at: str = ""

    @classmethod
    def beside(cls, dump: Path) -> "Note":
        """The note of this file. Raises Trouble where there is none, or the file is not the one it speaks of."""
        try:
            found = cls(**json.loads(_note(dump).read_text()))
        except (OSError, ValueError, TypeError) as wrong:
            raise Trouble(f"{_note(dump)}, the note that belongs to the backup, cannot be read: {wrong}") from wrong
        if not dump.is_file() or _sum(dump) != found.sha256:
            raise Trouble(f"{dump} is not the file its note speaks of: it is missing, cut off or was changed.")
        return found

    def write(self, dump: Path) -> None:
        part = _note(dump).with_suffix(".part")
        part.write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n")
        part.rename(_note(dump))

    @property
    def rows(self) -> int:
        return sum(rows for rows, _hash in self.tables.values())


def _note(dump: Path) -> Path:
    return dump.with_suffix(".json")


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def program(name: str) -> str:
    """Where pg_dump, pg_restore or psql is: with our own PostgreSQL, else wherever the system has it."""
    with contextlib.suppress(Trouble):
        return str(servers.postgres_programs() / name)
    if found := shutil.which(name):
        return found
    raise Trouble(f"{name} is not installed here (Debian: apt install postgresql-client-18).")


def _run(where: str, name: str, *arguments: str) -> None:
    """One of PostgreSQL's programs at this database; the password goes by the environment, where nobody lists it."""
    known = psycopg.conninfo.conninfo_to_dict(where)
    environment = {**os.environ, "PGPASSWORD": str(known.pop("password", "") or "")}
    command = [program(name), *arguments, "--dbname", psycopg.conninfo.make_conninfo("", **known)]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode:
        raise Trouble(f"{name} failed: {done.stderr.strip()[-2000:]}")


# --- Making and proving -----------------------------------------------------------------------------------------------
@contextlib.contextmanager
def written_down() -> Iterator[None]:
    """How making and proving one goes is kept in the database, for the operations page: it cannot see the files."""
    seen = {"begun_at": timezone.now(), "by": heartbeats.me(JOB)}
    try:
        yield
    except Exception as wrong:
        with contextlib.suppress(DatabaseError):
            Turn.objects.update_or_create(job=JOB, defaults={**seen, "error": str(wrong)[:2000]})
        raise
    Turn.objects.update_or_create(job=JOB, defaults={**seen, "ended_at": timezone.now(), "error": ""})


def make(folder: Path, *, at: datetime) -> Path:
    """Write all of the database into a file in this folder, readable by us alone; its path. The site may go on."""
    servers.private_folder(folder)
    _sweep(folder)
    dump = folder / f"throughline-{at:%Y%m%dT%H%M%SZ}.dump"
    part = dump.with_suffix(".part")
    where = rematch.address()
    with psycopg.connect(where, autocommit=True) as line:
        line.execute(_PLAIN)
        names = [name for (name,) in line.execute(_TABLES).fetchall()]
        line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Nobody takes a table away while it is read.
        line.execute(
            sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.SQL(", ").join(map(sql.Identifier, names)))
        )
        (snapshot,) = line.execute("SELECT pg_export_snapshot()").fetchone()
        try:
            part.touch(mode=0o600)
            _run(where, "pg_dump", "--format", "custom", "--snapshot", snapshot, "--file", str(part))
            tables = _counted(line, names)
            done = line.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
            part.rename(dump)
        finally:
            part.unlink(missing_ok=True)
    made = Note(
        made_at=at.isoformat(),
        version=dict(ops.versions())["Throughline"],
        sha256=_sum(dump),
        erased=_erased(),
        migrations=[name for (name,) in done],
        tables=tables,
    )
    made.write(dump)
    return dump


def _counted(line, names) -> dict[str, list]:
    return {name: list(line.execute(_COUNT.format(sql.Identifier(name))).fetchone()) for name in names}


def _erased() -> int:
    path = Path(settings.TOMBSTONES)
    return len(erase.read_tombstones(path)) if path.exists() else 0


def prove(dump: Path, *, at: datetime) -> Note:
    """Restore the file into a fresh PostgreSQL and compare every table. Raises Trouble where one differs."""
    note = Note.beside(dump)
    with _fresh_server(dump.parent) as where:
        with psycopg.connect(where, autocommit=True) as line:
            there = {name for (name,) in line.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role in {MATCHING, roles.WEB, roles.WORKER} - there:
                line.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        _fill(where, dump, note)
    note.proved_at = at.isoformat()
    note.write(dump)
    return note


@contextlib.contextmanager
def _fresh_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL that holds nothing, for a while, with its data on the disk that holds the backup."""
    roomy = folder if servers.guest().can("-x", folder) else servers.short_temp()
    with local.throwaway(Path(tempfile.mkdtemp(prefix="proof-", dir=roomy)), {"REDIS_URL": "not needed"}) as found:
        yield found["DATABASE_URL"]


def tidy(folder: Path, keep: int) -> list[Path]:
    """Take away the oldest proved backups, so that so many stay; those that went."""
    proved = [dump for dump in sorted(folder.glob("throughline-*.dump")) if _proved_at(dump)]
    gone = proved[:-keep] if keep else []
    for dump in gone:
        dump.unlink()
        _note(dump).unlink()
    return gone


def _sweep(folder: Path) -> None:
    """Take away what was left by one that was killed: all the data, which nobody would ever take away again."""
    for left in [path for what in ("restore-*", "proof-*", "throughline-*.part") for path in folder.glob(what)]:
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime < LONGEST:
                continue
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()


def last_proved(folder: Path) -> datetime | None:
    """When the newest backup in this folder that was proved was made."""
    for dump in sorted(folder.glob("throughline-*.dump"), reverse=True):
        if _proved_at(dump):
            return datetime.fromisoformat(json.loads(_note(dump).read_text())["made_at"])
    return None


def _proved_at(dump: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return json.loads(_note(dump).read_text()).get("proved_at", "")
    return ""


# --- Restoring --------------------------------------------------------------------------------------------------------
def why_not(note: Note) -> str:
    """Why this backup cannot take the place of the database now; nothing when it can."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    ours = {config.label for config in apps.get_app_configs()}
    if newer := [name for name in note.migrations if name.partition(".")[0] in ours and name not in known]:
        return f"It was made by a newer version of Throughline ({newer[-1]}). Update first (git pull)."
    try:
        known_erased = _erased()
    except ValueError as wrong:
        return f"{settings.TOMBSTONES}, the people who were erased: {wrong}. Mend the line, or take it out."
    if known_erased < note.erased:
        return (
            f"{settings.TOMBSTONES} names fewer people than were erased when the backup was made. Put the newest copy "
            "of that file there first: without it people who were erased would be back."
        )
    if others := others_signed_in():
        return (
            f"{others} others use the database. Stop them first: docker compose stop web worker sender beat watch "
            "(or end the demo)."
        )
    return ""


def others_signed_in() -> int:
    """How many besides us are signed in here. The pool of this very process keeps connections to spare, which would
    count as somebody else; and whoever has just been stopped needs a moment to be gone."""
    connection.close()
    connection.close_pool()
    with psycopg.connect(rematch.address(), autocommit=True) as line:
        for _again in range(30):
            if not (others := line.execute(_OTHERS).fetchone()[0]):
                break
            time.sleep(0.1)
    return others


def restore(dump: Path, note: Note) -> None:
    """Put this backup in the place of what the database holds; everybody signs in anew. `prepare` has to follow, and
    until it has ended nobody finds anything."""
    where = rematch.address()
    _sweep(dump.parent)
    _remember_erased(where)
    with connection.cursor() as cursor:
        for role in (MATCHING, roles.WEB, roles.WORKER):
            try:
                roles.ensure(cursor, role)
            except roles.Missing as missing:
                raise Trouble(
                    f"The role {missing.role} is not there, and this user may not make it. An administrator of "
                    f"PostgreSQL does, once: CREATE ROLE {missing.role} NOLOGIN; docs/running.md has the rest."
                ) from missing
    with latch.shut():
        if others := others_signed_in():
            raise Trouble(f"{others} others use the database. Stop them first.")
        # Who signed out since, or lost a device, is not signed in again by it.
        signed_out = f"DELETE FROM public.{Session._meta.db_table};"  # noqa: S608 - our own table
        _fill(where, dump, note, signed_out + latch.shutting())


def _remember_erased(where: str) -> None:
    """Whom this database knows as erased stands in the file, too: it may have been lost, or be an old copy."""
    path = Path(settings.TOMBSTONES)
    known = erase.read_tombstones(path) if path.exists() else {}
    # What is replaced may be damaged, or never have been filled: that keeps nobody from restoring.
    with contextlib.suppress(psycopg.DatabaseError), psycopg.connect(where, autocommit=True) as line:
        here = line.execute("SELECT person, done_at FROM public.accounts_erasure WHERE done_at IS NOT NULL").fetchall()
        if missing := [(person, at) for person, at in here if person not in known]:
            erase.carve(missing)


def _fill(where: str, dump: Path, note: Note, afterwards: str = "") -> None:
    """In one transaction: out with what is there, in with what is in the file, and see that it is what was saved.
    Owned by whoever does it."""
    once = ("--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--set", "VERBOSITY=terse", "--single-transaction")
    # The whole script first: half of one would be committed as if it were all.
    with tempfile.TemporaryDirectory(dir=dump.parent, prefix="restore-") as folder:
        data, given, same = (Path(folder) / f"{name}.sql" for name in ("data", "given", "same"))
        _read(dump, "--no-owner", "--no-privileges", "--file", str(data))
        given.write_text("\n".join(_given(where, dump, Path(folder))))
        same.write_text("\n".join([_PLAIN + ";", _SAME % json.dumps(note.tables), afterwards]))
        files = [word for path in (data, given, same) for word in ("--file", str(path))]
        _run(where, "psql", *once, "--output", os.devnull, "--command", _EMPTY, *files)


def _read(dump: Path, *how: str) -> None:
    done = subprocess.run([program("pg_restore"), *how, str(dump)], stderr=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode:
        raise Trouble(f"pg_restore failed: {done.stderr.strip()[-2000:]}")


_OWNER = re.compile(r"-- Name: .*; Type: ACL; .*; Owner: (.+)")
_GIVEN = re.compile(r"(?:GRANT|REVOKE) .* (?:TO|FROM) (?P<who>\"(?:[^\"]|\"\")+\"|\w+)(?: WITH GRANT OPTION)?;")


def _given(where: str, dump: Path, folder: Path) -> Iterator[str]:
    """What the file says of who may do what, for this server. The owner may have another name here, and whoever was
    given something by hand on the old server (somebody who makes reports) may not be known at all."""
    listed, wanted, said = (folder / name for name in ("listed", "wanted", "said.sql"))
    _read(dump, "--list", "--file", str(listed))
    found = re.findall(r"^\d+; \d+ \d+ ACL .*\n", listed.read_text(), flags=re.MULTILINE)
    wanted.write_text("".join(found))
    _read(dump, "--use-list", str(wanted), "--file", str(said))
    with psycopg.connect(where, autocommit=True) as line:
        there = {name for (name,) in line.execute("SELECT rolname FROM pg_roles").fetchall()} | {"PUBLIC"}
    owner = ""
    for statement in said.read_text().splitlines():
        if begun := _OWNER.fullmatch(statement):
            owner = begun[1]
        elif found := _GIVEN.fullmatch(statement):
            who = found["who"].strip('"').replace('""', '"')
            if who == owner:
                yield statement[: found.start("who")] + "CURRENT_USER" + statement[found.end("who") :]
            elif who in there:
                yield statement

"""A backup from before somebody was erased brings them back; nothing starts before they are erased again."""

import dataclasses
import errno
import os
import threading

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from django.utils import timezone

from accounts.models import Consent, User
from accounts.record import erase
from ledger.models import Event, Turn
from matching import rematch
from pipeline import backups, doctor, latch, roles, walls
from pipeline.management.commands import prepare
from pipeline.processes import Trouble


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """Databases in which commits stay: a copy of the tests' own, and an empty one beside it."""
    with django_db_blocker.unblock():
        given = connection.settings_dict["NAME"]
        mine, fresh = (f"{given}_{what}_{os.getpid()}" for what in ("before", "after"))

        def admin(statement):
            connection.close()
            where = psycopg.conninfo.make_conninfo(rematch.address(), dbname="postgres")
            with psycopg.connect(where, autocommit=True) as line:
                line.execute(statement)

        admin(f'CREATE DATABASE "{mine}" TEMPLATE "{given}"')
        admin(f'CREATE DATABASE "{fresh}" TEMPLATE template0')
        connection.settings_dict["NAME"] = mine
        try:
            yield fresh
        finally:
            connection.close()
            connection.settings_dict["NAME"] = given
            for name in (mine, fresh):
                admin(f'DROP DATABASE "{name}" WITH (FORCE)')


def at(database: str) -> None:
    """From here on this is the site's database."""
    connection.close()
    connection.settings_dict["NAME"] = database


def test_a_backup_is_proved_comes_back_whole_and_whoever_was_erased_since_is_erased_again(
    db, cast, settings, tmp_path, capsys, monkeypatch
):
    settings.TOMBSTONES, settings.BACKUPS = tmp_path / "tombstones.jsonl", tmp_path / "backups"
    prepare.note_reference(prepare.reference_fingerprint())
    cast.agree()
    ana, name, email = cast.ana.public_id, cast.ana.full_name, cast.ana.email
    erase.erase(cast.another_trainee("Bo Other").user, at=timezone.now())
    call_command("backup")
    (dump,) = settings.BACKUPS.glob("*.dump")
    assert "Restored and compared." in capsys.readouterr().out
    assert dump.stat().st_mode & 0o077 == 0
    note = backups.Note.beside(dump)
    assert note.tables["accounts_user"][0] == User.objects.count()
    assert backups.last_proved(settings.BACKUPS)
    assert Turn.objects.get(job="backup").ended_at > Turn.objects.get(job="backup").begun_at
    erase.erase(cast.ana, at=timezone.now())
    assert not User.objects.filter(email=email).exists()
    # What is not what was saved is no backup.
    other = dataclasses.replace(note, tables=note.tables | {"accounts_user": [1, "1"], "accounts_gone": [0, "0"]})
    with pytest.raises(Trouble, match=r"not what was saved: accounts_gone, accounts_user\."):
        backups.restore(dump, other)
    assert not User.objects.filter(email=email).exists()
    cut = tmp_path / dump.name
    cut.write_bytes(dump.read_bytes()[:-9])
    cut.with_suffix(".json").write_bytes(dump.with_suffix(".json").read_bytes())
    with pytest.raises(CommandError, match="cut off"):
        call_command("restore", str(cut), yes=True)

    at(db)
    stones = settings.TOMBSTONES.read_text()
    settings.TOMBSTONES.unlink()
    with pytest.raises(CommandError, match="would be back"):
        call_command("restore", str(dump), yes=True)
    settings.TOMBSTONES.write_text(stones + "torn\n")
    with pytest.raises(CommandError, match="line 3"):
        call_command("restore", str(dump), yes=True, verbosity=0)
    settings.TOMBSTONES.write_text(stones)
    with psycopg.connect(rematch.address()), pytest.raises(CommandError, match="1 others use"):
        call_command("restore", str(dump), yes=True)

    def fail(self):
        assert User.objects.get(public_id=ana).full_name == name  # as it was: the backup knows her
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(prepare.Command, "erase_again", fail)
        with pytest.raises(RuntimeError, match="the disk is full"):
            call_command("restore", str(dump), yes=True, verbosity=0)
    # Whatever failed, nobody reads of her: the database is shut to everybody until it is mended.
    assert "nobody finds anything" in capsys.readouterr().err
    with psycopg.connect(rematch.address()) as line, pytest.raises(psycopg.errors.UndefinedTable):
        line.execute("SELECT FROM accounts_user")
    with pytest.raises(ProgrammingError):
        User.objects.count()
    with pytest.raises(CommandError, match="not prepared"):
        call_command("backup")
    assert [(found.about, found.mend) for found in doctor.examine(at=timezone.now()) if found.about == "Restored"] == [
        ("Restored", "python manage.py prepare")
    ]
    with psycopg.connect(rematch.address()) as early:
        call_command("prepare", verbosity=0)
        # Who came too early is told so: their connection stays as it was.
        assert "docker compose restart web" in capsys.readouterr().out
        with pytest.raises(psycopg.errors.UndefinedTable):
            early.execute("SELECT FROM accounts_user")
    user = User.objects.get(public_id=ana)
    assert (user.full_name, user.email) != (name, email)
    assert not User.objects.filter(email=email).exists()
    assert not Consent.objects.filter(user=user, withdrawn_at=None).exists()
    erased = Event.objects.filter(kind="person.erased", subject_id=user.pk)
    assert erased.count() == 1
    call_command("prepare", verbosity=0)
    assert erased.count() == 1
    # What the restored database refuses is what the old one refused.
    assert (list(roles.differences()), walls.down()) == ([], [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ledger_event'::regclass AND tgenabled = 'A'")
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize("how_far", ["begun", "ended"])
def test_whoever_is_interrupted_leaves_what_was_there_open_and_what_was_put_back_shut(
    db, cast, settings, tmp_path, monkeypatch, capsys, how_far
):
    """The transaction may have ended well when Ctrl-C comes: then people who were erased are readable in it."""
    settings.TOMBSTONES, settings.BACKUPS = tmp_path / "tombstones.jsonl", tmp_path / "backups"
    dump = backups.make(settings.BACKUPS, at=timezone.now())
    erase.erase(cast.ana, at=timezone.now())
    run = backups._run

    def interrupted(*arguments):
        if how_far == "ended":
            run(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backups, "_run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("restore", str(dump), yes=True, verbosity=0)
    assert latch.is_shut() is (how_far == "ended")
    assert ("nobody finds anything" in capsys.readouterr().err) is (how_far == "ended")
    call_command("prepare", verbosity=0)
    assert not latch.is_shut()
    assert User.objects.get(public_id=cast.ana.public_id).email is None


def test_a_full_disk_and_a_role_that_nobody_may_make_are_said_and_change_nothing(
    db, cast, settings, tmp_path, monkeypatch
):
    settings.TOMBSTONES, settings.BACKUPS = tmp_path / "tombstones.jsonl", tmp_path / "backups"
    dump = backups.make(settings.BACKUPS, at=timezone.now())

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(backups, "_read", full)
        with pytest.raises(CommandError, match="No space left"):
            call_command("restore", str(dump), yes=True, verbosity=0)
    monkeypatch.setattr(backups, "MATCHING", "nobody_here")
    monkeypatch.setattr(roles, "may_be_made", lambda: False)
    with pytest.raises(CommandError, match="CREATE ROLE nobody_here NOLOGIN"):
        call_command("restore", str(dump), yes=True, verbosity=0)
    assert not latch.is_shut()
    assert User.objects.exists()


def test_one_that_fails_does_not_open_what_another_puts_back_at_the_same_time(
    db, cast, settings, tmp_path, monkeypatch
):
    settings.TOMBSTONES, settings.BACKUPS = tmp_path / "tombstones.jsonl", tmp_path / "backups"
    dump = backups.make(settings.BACKUPS, at=timezone.now())
    note, run = backups.Note.beside(dump), backups._run

    def after_another_failed(*arguments):
        latch.open_again()
        run(*arguments)

    monkeypatch.setattr(backups, "_run", after_another_failed)
    backups.restore(dump, note)
    assert latch.is_shut()


def test_what_a_killed_one_left_is_taken_away_the_next_day(db, settings, tmp_path):
    """In it is all the data, outside of any backup: whoever was erased would stay in it for ever."""
    settings.TOMBSTONES, folder = tmp_path / "tombstones.jsonl", tmp_path / "backups"
    for name in ("restore-old", "proof-old", "restore-now"):
        (folder / name / "data").mkdir(parents=True)
        (folder / name / "data.sql").write_text("everybody")
    (folder / "throughline-20260101T000000Z.part").write_text("everybody")
    for path in folder.iterdir():
        if path.name != "restore-now":
            os.utime(path, (1, 1))
    dump = backups.make(folder, at=timezone.now())
    assert {path.name for path in folder.iterdir()} == {dump.name, dump.with_suffix(".json").name, "restore-now"}


def test_our_own_spare_connections_and_those_about_to_end_are_nobody_else(db, monkeypatch):
    """The pool of the restoring process opens one more than it needs, which would be counted."""
    pool = psycopg.connect(rematch.address())
    monkeypatch.setattr(connection, "close_pool", pool.close)
    leaving = psycopg.connect(rematch.address())
    threading.Timer(0.4, leaving.close).start()
    assert backups.others_signed_in() == 0
    assert (pool.closed, leaving.closed) == (True, True)


def test_a_backup_is_proved_where_the_users_of_its_database_are_not_known(db, settings, tmp_path):
    """In production the owner has a name of its own, which stands among the permissions in the file."""
    settings.TOMBSTONES, settings.BACKUPS = tmp_path / "tombstones.jsonl", tmp_path / "backups"
    owner = f"owner_{os.getpid()}"
    with psycopg.connect(rematch.address(), autocommit=True) as line:
        line.execute(f'CREATE ROLE "{owner}"')
        try:
            line.execute(f'GRANT SELECT ON accounts_user TO "{owner}"')
            dump = backups.make(settings.BACKUPS, at=timezone.now())
            assert backups.prove(dump, at=timezone.now()).proved_at
        finally:
            line.execute(f'DROP OWNED BY "{owner}"')
            line.execute(f'DROP ROLE "{owner}"')


_MAY = """
SELECT *, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END
  FROM (SELECT 'table', c.relname, '', pg_get_userbyid(c.relowner), a.grantee, a.privilege_type, a.is_grantable
          FROM pg_class c, aclexplode(coalesce(c.relacl,
               acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) a
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'S')
         UNION ALL
        SELECT 'column', c.relname, t.attname, '', a.grantee, a.privilege_type, a.is_grantable
          FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a
         WHERE c.relnamespace = 'public'::regnamespace
         UNION ALL
        SELECT 'function', p.oid::regprocedure::text, '', pg_get_userbyid(p.proowner), a.grantee, a.privilege_type,
               a.is_grantable
          FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         WHERE p.pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
         UNION ALL
        SELECT 'schema', nspname, '', '', a.grantee, a.privilege_type, a.is_grantable
          FROM pg_namespace, aclexplode(nspacl) a
         WHERE nspname = 'public') found (what, name, part, owner, grantee, may, passes)
"""


def who_may(owner: str) -> set[tuple]:
    """All that is given in the database, with its owner called so."""
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = public")
        cursor.execute(_MAY)
        return {
            (what, name, part, "the owner" if of == owner else of, "the owner" if to == owner else to, may, passes)
            for what, name, part, of, _number, may, passes, to in cursor.fetchall()
        }


def test_on_a_server_whose_owner_has_another_name_all_comes_back_and_who_may_do_what(
    db, cast, settings, tmp_path, monkeypatch
):
    """Among the permissions in the file stand the old owner's own, and those of people this server does not know."""
    settings.TOMBSTONES, settings.BACKUPS = tmp_path / "tombstones.jsonl", tmp_path / "backups"
    prepare.note_reference(prepare.reference_fingerprint())
    former, owner, stranger = connection.settings_dict["USER"], f"owner_{os.getpid()}", f"stranger {os.getpid()}"
    erased = cast.another_trainee("Bo Other").user
    erase.erase(erased, at=timezone.now())
    before = who_may(former)
    assert ("column", "accounts_traineeprofile", "looking", "", "throughline_matching", "SELECT", False) in before
    with psycopg.connect(rematch.address(), autocommit=True) as line:
        line.execute(f'CREATE ROLE "{stranger}"; GRANT SELECT ON accounts_user TO "{stranger}"')
        try:
            dump = backups.make(settings.BACKUPS, at=timezone.now())
        finally:
            line.execute(f'DROP OWNED BY "{stranger}"; DROP ROLE "{stranger}"')
        # As docs/running.md says it of a PostgreSQL of one's own.
        line.execute(f"""
            CREATE ROLE "{owner}" LOGIN CREATEROLE;
            GRANT throughline_matching TO "{owner}" WITH INHERIT TRUE, SET TRUE;
            ALTER DATABASE "{db}" OWNER TO "{owner}";
        """)
    try:
        at(db)
        monkeypatch.setitem(connection.settings_dict, "USER", owner)
        call_command("restore", str(dump), yes=True, verbosity=0)
        assert User.objects.filter(public_id=erased.public_id, email=None).exists()
        assert who_may(owner) == before
        assert (list(roles.differences()), walls.down()) == ([], [])
        for statement in ("UPDATE ledger_event SET kind = ''", "DELETE FROM ledger_event"):
            with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
                cursor.execute(statement)
        # The file may have been lost; whom the database knows as erased is put into it again.
        settings.TOMBSTONES.write_text("")
        backups.restore(dump, dataclasses.replace(backups.Note.beside(dump), erased=0))
        assert erase.read_tombstones(settings.TOMBSTONES).keys() == {erased.public_id}
    finally:
        at(db)
        monkeypatch.undo()
        with psycopg.connect(rematch.address(), autocommit=True) as line:
            line.execute(f'ALTER DATABASE "{db}" OWNER TO "{former}"; REASSIGN OWNED BY "{owner}" TO "{former}"')
            line.execute(f'DROP OWNED BY "{owner}"; DROP ROLE "{owner}"')

"""A backup from before somebody was erased brings them back; nothing starts before they are erased again."""

import os
import subprocess

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Consent, User
from accounts.record import erase
from ledger.models import Event
from matching import rematch
from pipeline import roles, servers, walls
from pipeline.management.commands import prepare


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


def client(program: str, database: str, *arguments: str, **popen):
    """One of PostgreSQL's own programs, at this database."""
    where = psycopg.conninfo.make_conninfo(rematch.address(), dbname=database)
    command = [servers.postgres_programs() / program, *arguments, "--dbname", where]
    return subprocess.run(command, check=True, capture_output=True, timeout=120, **popen).stdout


def test_who_was_erased_after_the_backup_is_erased_again_before_anything_starts(db, cast, settings, tmp_path):
    settings.TOMBSTONES = tmp_path / "tombstones.jsonl"
    prepare.note_reference(prepare.reference_fingerprint())
    cast.agree()
    ana, name, email = cast.ana.public_id, cast.ana.full_name, cast.ana.email
    dump = client("pg_dump", connection.settings_dict["NAME"], "--format", "custom")
    erase.erase(cast.ana, at=timezone.now())
    assert not User.objects.filter(email=email).exists()

    client("pg_restore", db, "--exit-on-error", input=dump)
    connection.close()
    connection.settings_dict["NAME"] = db
    assert User.objects.get(public_id=ana).full_name == name  # as it was: the backup knows her
    stones = settings.TOMBSTONES.read_text()
    settings.TOMBSTONES.write_text(stones + "torn\n")
    with pytest.raises(CommandError, match="line 2"):
        call_command("prepare", verbosity=0)
    settings.TOMBSTONES.write_text(stones)

    call_command("prepare", verbosity=0)
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

"""The servers from wheels: they start for a command, as root and as others, and leave nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pipeline import local, servers
from pipeline.processes import began

ROOT = local.ROOT
LOCAL = [sys.executable, "-m", "pipeline.local"]
# Asks both servers something, and says which environment it was given.
ASK = """
import json, os, dj_database_url, psycopg, redis
d = dj_database_url.config()
with psycopg.connect(host=d["HOST"], user=d["USER"], dbname=d["NAME"]) as line:
    version = line.execute("show server_version_num").fetchone()[0]
assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
print(json.dumps({"version": int(version), "socket": d["HOST"], "secret": os.environ["SECRET_KEY"]}))
"""


@pytest.fixture
def bare():
    """An environment that names no servers."""
    return {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}


def python(script, bare, **popen):
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=bare, capture_output=True, text=True, timeout=60, **popen
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def until(truth, patience=15):
    deadline = time.monotonic() + patience
    while not truth():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_a_command_gets_servers_of_its_own_and_nothing_stays(bare):
    done = subprocess.run(
        [*LOCAL, "run", "--", sys.executable, "-c", ASK], cwd=ROOT, env=bare, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["version"] >= 180000
    assert told["secret"]
    assert not Path(told["socket"]).exists()


def test_the_commands_exit_code_is_passed_on(bare):
    assert subprocess.run([*LOCAL, "run", "--", "sh", "-c", "exit 7"], cwd=ROOT, env=bare).returncode == 7


def test_a_command_that_does_not_exist_is_named(bare):
    done = subprocess.run([*LOCAL, "run", "--", "no-such-thing"], cwd=ROOT, env=bare, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == "Cannot run no-such-thing: No such file or directory."


def test_servers_named_in_the_environment_are_used_and_none_is_started(tmp_path):
    named = {"DATABASE_URL": "postgres://db.example/x", "REDIS_URL": "redis://broker.example"}
    assert servers.servers(tmp_path, durable=True, environment=named) == []
    only_broker = servers.servers(tmp_path, durable=True, environment={"DATABASE_URL": "postgres://db.example/x"})
    assert [server.name for server in only_broker] == ["valkey"]


def test_a_killed_launcher_leaves_no_server_and_no_folder(bare, tmp_path):
    note = tmp_path / "home"
    command = ["sh", "-c", f"dirname $(echo $REDIS_URL | sed s,unix://,,) > {note}; sleep 60"]
    launcher = subprocess.Popen([*LOCAL, "run", "--", *command], cwd=ROOT, env=bare, start_new_session=True)
    until(lambda: note.exists() and note.read_text().endswith("\n"))
    home = Path(note.read_text().strip()).parent
    pid = int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    launcher.kill()
    launcher.wait()
    until(lambda: not home.exists() and began(pid) is None)
    os.killpg(launcher.pid, signal.SIGKILL)


KEEP = """
import sys
from pathlib import Path
from pipeline import local, servers
for change in sys.argv[2:]:
    exec(change)
with local.demo_servers(Path(sys.argv[1])) as environment:
    import os; os.environ.update(environment)
    exec(sys.stdin.read())
"""


def keep(home, bare, *changes, user=None, script=ASK):
    """Run `script` with the demo's servers in `home`, after `changes` to the modules; what it printed last, as JSON."""
    command = [sys.executable, "-c", KEEP, str(home), *changes]
    done = subprocess.run(
        command, cwd=ROOT, env=bare, input=script, capture_output=True, text=True, timeout=90, user=user
    )
    shutil.rmtree(servers.stand_in(home), ignore_errors=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_demos_data_and_key_are_there_the_next_time(bare, tmp_path):
    line = "\nline = psycopg.connect(host=d['HOST'], user='postgres', dbname=d['NAME'], autocommit=True)\n"
    first = keep(tmp_path / "run", bare, script=ASK + line + "line.execute('create table kept as select 1')")
    again = keep(tmp_path / "run", bare, script=ASK + line + "line.execute('select * from kept')")
    assert again["secret"] == first["secret"]
    assert (tmp_path / "run" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_deep_clone_with_spaces_and_capitals_in_its_path(bare, tmp_path):
    home = tmp_path / "My Projects" / ("x" * 90) / ".run"
    told = keep(home, bare)
    assert len(told["socket"]) < 90
    assert not told["socket"].startswith(str(home))


def test_two_clones_never_share_a_socket_folder(tmp_path):
    folders = {servers.socket_folder(tmp_path / name / ("Deep" * 30)) for name in "ab"}
    assert len(folders) == 2


def test_a_socket_folder_prepared_by_someone_else_is_refused(tmp_path, monkeypatch):
    trap = tmp_path / "trap"
    trap.mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(servers.os, "getuid", lambda: 4242)
    monkeypatch.setattr(servers, "guest", lambda: servers.Guest(uid=4242))
    with pytest.raises(servers.Trouble, match="belongs to someone else"):
        servers.private_folder(trap)


@pytest.fixture
def open_folder():
    """A folder that other users may enter; pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="throughline-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone else")
class TestAsRoot:
    def test_without_namespaces_postgresql_runs_as_nobody(self, bare, tmp_path, open_folder):
        # As in containers, which often forbid them. tmp_path is closed to nobody, so data and programs move out of it.
        forbidden = "servers.NAMESPACE = ('no-such-program',)"
        moved = f"servers.shelter = lambda: Path({str(open_folder)!r})"
        assert keep(tmp_path / "run", bare, forbidden, moved)["version"] >= 180000

    def test_an_ordinary_user_needs_none_of_it(self, bare, open_folder):
        try:
            python("import psycopg, pipeline.local", bare, user="nobody")
        except PermissionError:
            pytest.skip("this Python is closed to other users")
        shutil.chown(open_folder, "nobody")
        assert keep(open_folder / "run", bare, user="nobody")["version"] >= 180000

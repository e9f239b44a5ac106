"""The law of containers: what production is built from is checked here, by the real programs, short of building it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
RUNS = re.findall(r"^RUN (.+)$", DOCKERFILE, re.MULTILINE)
COMPOSE = (ROOT / "docker-compose.yml").read_text()
# These run in the finished image; below they are run as they stand. The others install, and `make` runs them.
IN_IMAGE = [line for line in RUNS if "pybabel" in line or "manage.py" in line]


@pytest.fixture
def project(tmp_path):
    """A folder as an operator has it: the compose file and a filled-in .env."""
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    example = (ROOT / ".env.example").read_text()
    filled = example.replace("SECRET_KEY=\n", "SECRET_KEY=x\n")
    for number, name in enumerate(("POSTGRES", "WEB_DATABASE", "WORKER_DATABASE")):
        filled = filled.replace(f"{name}_PASSWORD=\n", f"{name}_PASSWORD=x{number}\n")
    (tmp_path / ".env").write_text(filled)
    return tmp_path


def compose(folder, *arguments):
    # No variable of this environment may fill a gap in .env.
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        [BIN / "docker-compose", *arguments], cwd=folder, env=clean, capture_output=True, text=True, timeout=60
    )


def test_the_compose_file_is_valid(project):
    done = compose(project, "config", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_password_it_refuses_to_start(project):
    (project / ".env").write_text("SITE_URL=https://hire.example.org\n")
    done = compose(project, "config", "--quiet")
    assert done.returncode != 0
    assert "POSTGRES_PASSWORD" in done.stderr


def test_every_service_restarts_is_watched_and_keeps_its_log_small(project):
    import yaml

    services = yaml.safe_load(compose(project, "config").stdout)["services"]
    assert set(services) == {"web", "worker", "sender", "beat", "watch", "migrate", "db", "valkey", "proxy"}
    for name, service in services.items():
        assert service["logging"]["options"]["max-size"], name
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name
    # What is scaled must not hold a name or a port for itself alone.
    for name in ("web", "worker", "sender", "beat", "watch"):
        assert not {"container_name", "ports"} & set(services[name])


def test_each_process_is_its_own_user_none_a_superuser_and_the_watch_needs_no_broker(project):
    import yaml

    services = yaml.safe_load(compose(project, "config").stdout)["services"]
    superuser = services["db"]["environment"]["POSTGRES_USER"]
    signs_in = {name: services[name]["environment"] for name in ("web", "worker", "sender", "beat", "watch", "migrate")}
    assert signs_in["web"]["DATABASE_URL"] == "postgres://throughline_web:x1@db/throughline"
    for name in ("worker", "sender", "beat", "watch"):
        assert signs_in[name]["DATABASE_URL"] == "postgres://throughline_worker:x2@db/throughline"
    for name, environment in signs_in.items():
        # Nobody is told the word of another, except who makes them all.
        told = {word for word in ("x0", "x1", "x2") if f":{word}@" in str(environment) or word in environment.values()}
        assert len(told) == (3 if name == "migrate" else 1), name
    user = re.match(r"postgres://(\w+):", signs_in["migrate"]["MIGRATE_DATABASE_URL"])[1]
    assert user != superuser
    script = ROOT / "deploy" / "db" / "application.sh"
    assert f"CREATE ROLE {user} LOGIN CREATEROLE NOSUPERUSER" in script.read_text()
    assert subprocess.run(["sh", "-n", script]).returncode == 0
    assert os.access(script, os.X_OK)
    assert "valkey" not in services["watch"]["depends_on"]


def test_after_a_restart_the_database_has_its_tables_in_memory(project, db):
    import yaml
    from django.db import connection

    command = yaml.safe_load(compose(project, "config").stdout)["services"]["db"]["command"]
    assert command[0] == "postgres"
    (library,) = re.findall(r"shared_preload_libraries=(\S+)", " ".join(command))
    with connection.cursor() as cursor:
        cursor.execute(f"LOAD '{library}'")  # PostgreSQL 18 brings it along
        cursor.execute("SELECT count(*) FROM pg_settings WHERE name LIKE 'pg_prewarm.autoprewarm%'")
        assert cursor.fetchone()[0]


def test_the_proxy_refuses_what_is_for_inside():
    assert "respond /metrics 404" in (ROOT / "deploy" / "Caddyfile").read_text()


def test_the_dockerfile_has_no_lint():
    # DL3059 wants commands joined in one RUN; apart, each can be compared with the one that is run here.
    done = subprocess.run(
        [BIN / "hadolint", "--ignore", "DL3059", ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_step_of_the_image_is_one_that_is_run_elsewhere():
    recipes = (ROOT / "Makefile").read_text().replace("$(BIN)", ".venv/bin").replace("$(PYTHON)", "python3")
    recipes = re.sub(r"\$\(UV\)", ".venv/bin/uv", recipes)
    for line in RUNS:
        if line in IN_IMAGE:
            continue
        # `make` installs a longer list by the same command; the next test says that it holds production's.
        command = re.sub(r" requirements/(requirements|dev)\.lock$", "", line)
        assert command in recipes, line


def locked(name):
    return set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / f"{name}.lock").read_text(), re.MULTILINE))


def test_production_runs_on_the_versions_the_tests_run_on():
    assert locked("requirements") <= locked("demo") <= locked("dev")


def test_the_images_python_is_the_one_the_lists_are_made_for():
    assert set(re.findall(r"^FROM python:([\d.]+)-slim", DOCKERFILE, re.MULTILINE)) == {"3.11"}


def context():
    """What COPY . . brings into the image: the files of the repository less those that .dockerignore names."""
    tracked = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                             cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")  # fmt: skip
    left_out = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] not in "#!"]
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for name in filter(None, tracked):
        folders = [name, *map(str, Path(name).parents)]
        out = any(Path(folder).match(pattern) and folder != "." for folder in folders for pattern in left_out
                  if "/" in pattern or "/" not in folder)  # fmt: skip
        if (not out or name in kept) and (ROOT / name).is_file():
            yield name


def test_the_last_steps_work_in_the_images_own_files(tmp_path):
    """Not in this folder, where files the image lacks lie about."""
    names = list(context())
    assert "manage.py" in names
    assert not [name for name in names if name.startswith(("tests/", ".git"))]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "static" / "build", tmp_path / "static" / "build", dirs_exist_ok=True)
    clean = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": "/tmp"}
    for line in IN_IMAGE:
        done = subprocess.run(["sh", "-c", line], cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert (tmp_path / "staticfiles" / "staticfiles.json").exists()
    assert list(tmp_path.glob("locale/*/LC_MESSAGES/django.mo"))

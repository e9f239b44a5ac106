"""Imports point one way: a room knows the rooms upstream of it, and none downstream. Foreign keys included."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOW = ["ledger", "accounts", "notifications", "imports", "programs", "openings", "matching", "placements"]
MAY = {room: set(FLOW[: FLOW.index(room) + 1]) for room in FLOW}
MAY["councils"] = {"councils", "ledger", "accounts", "notifications"}
ROOMS = [*MAY, "pipeline"]
FORBIDDEN = {"utils", "helpers", "common", "core", "services", "managers", "signals"}


def sources(room):
    return [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("room", list(MAY))
def test_a_room_imports_only_rooms_upstream(room):
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(room)
        for name in imported(path)
        if name in ROOMS and name not in MAY[room]
    }
    assert not wrong


@pytest.mark.parametrize("room", list(MAY))
def test_a_rooms_tables_point_only_upstream(room):
    wrong = {
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
        if (there := field.related_model._meta.app_label) in ROOMS and there not in MAY[room]
    }
    assert not wrong


def test_no_module_has_a_name_that_says_nothing():
    assert not [p for room in ROOMS for p in sources(room) if p.stem in FORBIDDEN]


def test_no_module_is_too_long_to_read_in_one_sitting():
    long = {
        str(p.relative_to(ROOT)): n for r in ROOMS for p in sources(r) if (n := len(p.read_text().splitlines())) > 400
    }
    assert not long

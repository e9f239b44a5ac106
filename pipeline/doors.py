"""The table of doors (docs/authz.yml): the application refuses to start while a URL name is missing from it."""

from fnmatch import fnmatch

import yaml
from django.conf import settings
from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

TABLE = settings.BASE_DIR / "docs" / "authz.yml"


def table() -> dict[str, list[str]]:
    """URL name (or pattern) -> roles that may open it."""
    raw = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {name: roles if isinstance(roles, list) else [roles] for name, roles in raw.items()}


def patterns(resolver=None) -> list[URLPattern]:
    """Every address of the site, the admin's apart (its own permissions guard it)."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                found += patterns(pattern)
        else:
            found.append(pattern)
    return found


def roles_of(name: str, known: dict[str, list[str]]) -> list[str] | None:
    """The roles of a URL name, or None when the table does not know it."""
    if name in known:
        return known[name]
    return next((roles for pattern, roles in known.items() if "*" in pattern and fnmatch(name, pattern)), None)


@register("doors")
def every_door_is_declared(app_configs=None, **_):
    """A system check: a new address must say who may open it."""
    known = table()
    missing = sorted({str(p.name) for p in patterns() if roles_of(str(p.name), known) is None})
    return [
        Error(
            f"The address “{name}” is not in docs/authz.yml.",
            hint="Add a line that says who may open it, and let tests/house/test_doors.py try it.",
            id="doors.E001",
        )
        for name in missing
    ]

"""The table of doors (docs/authz.yml): the application refuses to start while a URL name is missing from it."""

from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache

import yaml
from django.conf import settings
from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

TABLE = settings.BASE_DIR / "docs" / "authz.yml"


@dataclass(frozen=True)
class Door:
    """One line of the table: which roles by which method, and of what kind the record in the address is."""

    name: str
    by_method: dict[str, list[str]]
    object: str = ""

    @classmethod
    def read(cls, name: str, line) -> "Door":
        """`roles`, for pages that are only read; or {METHODS: roles, object: kind}."""
        if not isinstance(line, dict):
            line = {"GET": line}
        by_method = {
            method: roles if isinstance(roles, list) else [roles]
            for methods, roles in line.items()
            if methods != "object"
            for method in methods.split()
        }
        return cls(name, by_method, line.get("object", ""))

    @property
    def roles(self) -> list[str]:
        """Everybody who may do anything here."""
        return list(dict.fromkeys(role for roles in self.by_method.values() for role in roles))


def table() -> dict[str, Door]:
    """URL name (or pattern) -> its line."""
    raw = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {name: Door.read(name, line) for name, line in raw.items()}


@cache
def of_organizations() -> dict[str, str]:
    """The addresses of whoever acts for an organization, each with whose it is: of those who "hire", who "teach", or of
    "both". Of who is refused there it is known what they might ask for."""
    found = {}
    for name, line in table().items():
        hires, teaches = {"hirer", "dispatcher"} & set(line.roles), "provider" in line.roles
        if hires or teaches or {"acting", "administrator"} & set(line.roles):
            found[name] = "hire" if hires and not teaches else "teach" if teaches and not hires else "both"
    return found


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


def line_of(name: str, known: dict[str, Door]) -> Door | None:
    """The line of a URL name, or None when the table does not know it."""
    if name in known:
        return known[name]
    return next((line for pattern, line in known.items() if "*" in pattern and fnmatch(name, pattern)), None)


@register("doors")
def every_door_is_declared(app_configs=None, **_):
    """A system check: a new address must say who may open it."""
    known = table()
    missing = sorted({str(p.name) for p in patterns() if line_of(str(p.name), known) is None})
    return [
        Error(
            f"The address “{name}” is not in docs/authz.yml.",
            hint="Add a line that says who may open it, and let tests/house/test_doors.py try it.",
            id="doors.E001",
        )
        for name in missing
    ]

"""Invented worlds, made by `manage.py seed`: the demo's region, the doors test's two regions, a full load.

Each scenario is a module with one entrance, `build(seed=N)`, which fills an empty database (the reference data is
loaded) and answers with what it made, by name. The same number and day make the same world. Nobody has a password.
"""

from importlib.util import find_spec

from accounts.models import User

SCENARIOS = [name for name in ("demo", "doors", "load") if find_spec(f"{__name__}.{name}")]


def planted() -> bool:
    """Whether the examples are already here."""
    return User.objects.filter(is_example=True).exists()


def empty() -> bool:
    """Whether nobody at all is here yet."""
    return not User.objects.exists()

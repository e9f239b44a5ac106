"""What the steps of the load share: the dice, the sizes, the moment, and how rows are written."""

# ruff: noqa: S608 (set-based SQL from words of ours)

from django.db import connection, models
from django.utils import timezone

from placements.models import Referral

SEED = 20_261
MONTHS = 18
TRADES = 30
PEOPLE_AN_OPENING = 20
# In these the employer or hall has answered.
ANSWERED = ("interview", "trial", "offer", "hired", "put_off", "declined")


class World:
    """What the steps share: the sizes, the moment, and how a row is written."""

    def __init__(self, cursor, seed, people, referrals, at):
        self.cursor, self.seed, self.at = cursor, seed, at
        self.people, self.each = people, max(1, round(referrals / people))
        self.openings = max(TRADES * 11, people // PEOPLE_AN_OPENING)
        self.filled: list[str] = []

    def run(self, sql: str, **params) -> None:
        known = {"at": self.at, "seed": self.seed, "days": MONTHS * 30, "open_states": list(Referral.OPEN)}
        self.cursor.execute(sql, known | {"answered": list(ANSWERED), **params})

    def write(self, model, source: str, /, *, params=None, **columns) -> None:
        """Insert a row for each of `source`, which has a column `n`; what is not named gets the model's own default."""
        table, params = model._meta.db_table, dict(params or {})
        for field in model._meta.concrete_fields:
            if field.column in columns or (field.primary_key and field.column == "id"):
                continue
            if isinstance(field, models.UUIDField):
                columns[field.column] = f"pg_temp.number('{table}', s.n)"
            elif field.db_default is not models.NOT_PROVIDED:
                continue
            elif isinstance(field, models.DateTimeField) and field.default is timezone.now:
                columns[field.column] = "%(at)s"
            elif field.has_default() or field.null or field.empty_strings_allowed:
                params[field.column] = field.get_db_prep_save(field.get_default(), connection)
                columns[field.column] = f"%({field.column})s"
        names = ", ".join(f'"{name}"' for name in columns)
        self.run(f'INSERT INTO "{table}" ({names}) SELECT {", ".join(columns.values())} FROM {source}', **params)
        self.filled.append(table)


def dice(world: World) -> None:
    """`dice(salt, n)` from 0 up to 1, `number(table, n)` an address, `state(salt, n, ...)` one of weighted words."""
    world.run("SELECT set_config('statement_timeout', '0', true), set_config('work_mem', '256MB', true)")
    world.run(
        f"""
        CREATE FUNCTION pg_temp.dice(salt int, n bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
            SELECT (hashint8extended(n, salt + {int(world.seed)}) & 1099511627775) / 1099511627776.0::float8 $$;
        CREATE FUNCTION pg_temp.number(what text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
            SELECT overlay(overlay(md5(what || ' ' || n || ' {int(world.seed)}') placing '4' from 13)
                           placing '8' from 17)::uuid $$
        """
    )

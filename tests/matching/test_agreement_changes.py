"""A rule changed in one place only fails the build: each of these changes is found by the comparison with the other."""

import shutil
import types
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings

from matching import facts, rules, sql

from . import agreement, worlds
from .stage import Stage, project

AT_ONCE = 8
EACH = {"credentials": 12, "people": 4, "windows": 6}  # 176 worlds, the same in every run


@dataclass(frozen=True)
class Change:
    """One line of one text, said differently."""

    rule: str
    where: str
    old: str
    new: str

    def __post_init__(self):
        assert self.old in source(self.where), f"{self.rule}: {self.where} no longer says: {self.old}"

    def text(self) -> str:
        return source(self.where).replace(self.old, self.new)


def source(where: str) -> str:
    room = Path(rules.__file__).parent
    return (room / where if where.endswith(".py") else room / "sql" / f"{where}.sql").read_text(encoding="utf-8")


def in_sql() -> list[Change]:
    standing = "AND c.withdrawn_at IS NULL"
    return [
        Change("a home exactly at the limit is near enough", "pair", "t.reach >= n.tenths", "t.reach > n.tenths"),
        Change("a license of the class asked for is enough", "pair", "t.license >= o.license", "t.license > o.license"),
        Change("who said nothing of a license is asked", "pair", "t.license < 0 THEN 0", "t.license < 0 THEN 1"),
        Change("all languages, not one", "pair", "o.languages & ~t.languages = 0", "o.languages & t.languages <> 0"),
        Change("an opening without shifts takes anybody", "pair", "o.shifts = 0 OR o.shifts", "o.shifts"),
        Change("shifts not said are a question", "pair", "t.shifts = 0 THEN 0", "t.shifts = 0 THEN 1"),
        Change("pay that reaches the wish is enough", "pair", "o.wage >= t.wage", "o.wage > t.wage"),
        Change("free on the first day is in time", "pair", "t.free_on <= o.needed_on", "t.free_on < o.needed_on"),
        Change("one step, not two", "pair", "ask.lacking > 1", "ask.lacking > 2"),
        Change("an evaluation counts at its employer", "pair", "OR t.at = o.", "OR t.at <> o."),
        Change("evaluated here, seen once", "pair", "THEN t.own <> o.organization_id", "THEN true"),
        Change("evaluated by several, seen once", "pair", "AND own.at = o.organization_id", "AND false"),
        Change("what is claimed is a question", "pair", "ask.unsure > 0", "false"),
        Change("one claimed of a group is a question", "pair", "t.c3) <> 0 THEN 0", "t.c3) <> 0 THEN 1"),
        Change("every further group is missing or not", "pair", "c3, -1) END,", "c3, 0) END,"),
        Change("and whoever lacks one is on no list", "pair", "c3, -1) = 0)) AS holds", "c3, 0) = 0)) AS holds"),
        Change("of a group nothing is held", "pair", "need.grp >= 0", "true"),
        Change("what is claimed is asked on lists, too", "pair", "ask.unsure > 0 AS asks", "false AS asks"),
        Change("a license not said is asked, if one is", "pair", "0 AND o.license <> 0", "0"),
        Change("shifts not said are asked on lists, too", "pair", "t.shifts = 0 AND o.shifts <> 0", "false"),
        Change("languages not said are asked as well", "pair", "t.languages = 0 AND o.languages <> 0", "false"),
        Change("not asked for is not one of the first", "pair", "o.q1 < 0 --", "o.q1 < 63 --"),
        Change("the first certificate where none is asked for", "pair", "THEN least(CASE", "THEN greatest(CASE"),
        Change("an opening goes before the first in its order", "live", "m.key, sha256(seed", "sha256(seed"),
        Change("and ties fall by the draw", "live", "m.key, sha256(seed || int8send(m.ticket))", "m.key, m.trainee_id"),
        Change("of a group the first day", "bits", "first := least(first, day)", "first := greatest(first, day)"),
        Change("of all that is asked the last day", "bits", "greatest(latest, first)", "least(latest, first)"),
        Change("days stand in the order of bits", "bits", "IF asked[i] >= 126", "IF asked[i] > 126"),
        Change("a claimed group is not missing", "bits", "= (stands = 0)", "= (stands <> 0)"),
        Change("a certificate counts on its last day", "project", ">= day AS valid", "> day AS valid"),
        Change("only people who agree", "project", standing, ""),
        Change("only open accounts", "project", "AND u.is_active", ""),
        Change("what is revoked is gone", "project", "AND c.state <> 'revoked'", ""),
        Change("a union's evaluation counts everywhere", "project", "AND o.kind = 'employer'", ""),
        Change("renewing on the last day is in time", "project", "e.ends_on >= h.", "e.ends_on > h."),
        Change("a gap restarts the wait", "project", "(e.valid OR e", "(true OR e"),
        Change("wishes before training", "project", "CASE WHEN wished.codes <> '{}'", "CASE WHEN false"),
        Change("pay is measured at its top", "project", "nullif(o.wage_max_cents, 0)", "NULL"),
        Change("it is offered from its first day", "project", "o.opens_on <= day", "o.opens_on < day"),
        Change("it is offered until its last day", "project", "o.closes_on >= day", "o.closes_on > day"),
        Change("what is closed is not offered", "project", "o.state = 'published'", "o.state <> 'draft'"),
        Change("ties fall by the draw", "ordered", "ORDER BY kept.key, draw", "ORDER BY kept.key, kept.trainee_id"),
        Change("all of one key are drawn, however few are asked for", "ordered", "ROWS WITH TIES", "ROWS ONLY"),
        Change("the last piece of two", "pair", "THEN greatest(matching_since", "THEN least(matching_since"),
        Change("days stand in order of bits here too", "bits", "nth(since, bit_count(int8send(h0))", "nth(since, 0"),
        Change("the first of a ranked list is first", "key", "THEN l.rank", "THEN -l.rank"),
        Change("who is not on the list comes last", "ordered", "9223372036854775807", "0"),
        Change("one short, not one short and too far off", "live", "p.state = 'near' AND", "p.lacking = 1 AND"),
        Change("what turns is absent", "live", "p.close AND p.turns_on > day", "p.close"),
        Change("close is one step, not two", "pair", "ask.lacking <= 1", "ask.lacking <= 2"),
        Change("close is one step of credentials only", "pair", "pass.each AND ask", "ask"),
    ]  # fmt: skip


def in_python() -> list[Change]:
    lasts = "_ended(held) >= on"
    return [
        Change("a home exactly at the limit is near enough", "rules.py", "tenths <= train", "tenths < train"),
        Change("a certificate counts on its last day", "rules.py", lasts, "_ended(held) > on"),
        Change("pay that reaches the wish is enough", "rules.py", "top >= trainee.wage", "top > trainee.wage"),
        Change("free on the first day is in time", "rules.py", "from <= opening.starts_on", "from < opening.starts_on"),
        Change("a license of the class asked for is enough", "rules.py", "[trainee.license] >=", "[trainee.license] >"),
        Change("all languages, not one", "rules.py", "MISSING if lacking", "MISSING if len(lacking) > 1"),
        Change("one step, not two", "rules.py", "len(self.missing) == 1", "len(self.missing) <= 2"),
        Change("what is claimed is a question", "rules.py", 'if h.state == "recorded"', 'if h.state == "claimed"'),
        Change("a union's evaluation counts everywhere", "rules.py", "held.provider_is_employer and ", ""),
        Change("renewing on the last day is in time", "rules.py", "_ended(h) >= day", "_ended(h) > day"),
        Change("of a group the first day", "rules.py", "days.append(min(since))", "days.append(max(since))"),
        Change("of all that is asked the last day", "rules.py", "return max(days)", "return min(days)"),
        Change("wishes before training", "rules.py", "if trainee.wishes:", "if not trainee.trained:"),
        Change("only people who agree", "facts.py", "user_id__in=agreed", "user_id__gt=0"),
        Change("it is offered from its first day", "facts.py", "opens_on__lte=on", "opens_on__lt=on"),
    ]  # fmt: skip


def fixed_days() -> list[worlds.Day]:
    """The same worlds in every run, the focuses in turn. Should a newer Hypothesis draw others, more may be needed."""
    found = [_drawn(focus, number) for number, focus in enumerate(EACH)]
    return [day for together in zip_longest(*found) for day in together if day]


def _drawn(focus: str, number: int) -> list[worlds.Day]:
    made = []

    @seed(20261124 + number)
    @settings(
        max_examples=EACH[focus] + 1,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds.days(focus, AT_ONCE))
    def every(day):
        made.append(day)

    every()
    return made[1:]  # the first is always the simplest, where everybody passes everything


def apply(change: Change, folder: Path) -> None:
    """Install what the changed text makes different, as the migration installed the right one."""
    right = sql.create()
    text = folder / f"{change.where}.sql"
    text.write_text(change.text(), encoding="utf-8")
    changed = [made for made, was in zip(sql.create(), right, strict=True) if made != was]
    text.write_text(source(change.where), encoding="utf-8")
    assert changed
    with connection.cursor() as cursor:
        for made in changed:
            cursor.execute(
                made.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
                    "CREATE VIEW", "CREATE OR REPLACE VIEW"
                )
            )


def module(change: Change) -> types.ModuleType:
    """The changed module, beside the right one."""
    made = types.ModuleType(change.where.removesuffix(".py"))
    made.__package__ = "matching"
    exec(compile(change.text(), change.where, "exec"), made.__dict__)
    return made


def projected() -> list[tuple]:
    """All that is read of people and openings once they are projected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s::text FROM matching_seeker s UNION ALL SELECT o::text FROM matching_offer o ORDER BY 1"
        )
        return sorted(cursor.fetchall())


def in_full(said) -> dict:
    """All that a comparison reads of each judgement, of whichever module it is."""
    return {
        pair: (j.state, j.one_step, j.points, j.certified_on, [(g.as_dict(), g in j.missing) for g in j.gates])
        for pair, j in said.items()
    }


def survivors(changes, found_by) -> list[str]:
    """The changes that no world finds; before them, that nothing is found where nothing is changed."""
    stage, left = Stage(), list(changes)
    for day in fixed_days():
        with transaction.atomic():
            put = stage.put(day.worlds)
            project(put, day.on)
            said = agreement.judged(put, day.on)
            assert not list(agreement.disagreements(put, day.on, said))
            left = [change for change in left if not found_by(change, put, day, said)]
            transaction.set_rollback(True)
        if not left:
            break
    return [change.rule for change in left]


@pytest.mark.django_db
def test_every_change_of_the_sql_is_found(tmp_path, monkeypatch):
    folder = Path(shutil.copytree(sql.HERE, tmp_path / "sql"))
    monkeypatch.setattr(sql, "HERE", folder)

    def found(change, put, day, said) -> bool:
        with transaction.atomic():
            right = projected() if change.where == "project" else None
            apply(change, folder)
            if change.where == "project":
                project(put, day.on)
                if projected() == right:  # then every question has the same answer as before
                    transaction.set_rollback(True)
                    return False
            wrong = next(agreement.disagreements(put, day.on, said), None)
            if not wrong and change.where == "live":
                wrong = next(agreement.turned_apart(put, day.later), None) if day.later else None
            transaction.set_rollback(True)
        return bool(wrong)

    assert not survivors(in_sql(), found)


@pytest.mark.django_db
def test_every_change_of_the_python_is_found():
    def found(change, put, day, right) -> bool:
        changed = module(change)
        as_changed = {"facts": changed} if change.where == "facts.py" else {"judge": changed.judge}
        said = agreement.judged(put, day.on, **as_changed)
        if in_full(said) == in_full(right):
            return False  # the database, which agreed with that, need not be asked again
        return bool(next(agreement.disagreements(put, day.on, said), None))

    assert facts.rules is rules
    assert not survivors(in_python(), found)

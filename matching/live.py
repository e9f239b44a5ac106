"""Asking the rules in the database: one trainee, one opening, anybody, as things stand at this moment.

Every question filters the view `matching_pair`, or its text (matching/sql/pair.sql): no two answers can differ.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Func, TextField, Value

from ledger import prepared

EPOCH = date(1950, 1, 1)
NO_KEY = 2**63 - 1
WORD = 63


@dataclass(frozen=True)
class Pair:
    """A person and an opening that belong together, or nearly."""

    trainee_id: int
    opening_id: int
    state: str  # fits, ask, near
    tenths: int  # of a mile
    missing: tuple[str, ...] = ()  # for near: the credentials any one of which would complete it
    unsure: int = 0  # how many credentials are asked for that the person says they hold and nobody attested


@dataclass(frozen=True)
class Passing:
    """One person on an opening's list, in its order."""

    place: int
    trainee_id: int
    state: str
    tenths: int
    key: int | None  # what the order rule reads; None where the person has none, and comes after all who have
    draw: bytes  # by which ties fall

    @property
    def certified_on(self) -> date | None:
        """For openings in the order of waiting: since when the person has held all that is asked for."""
        return None if self.key is None else EPOCH + timedelta(days=self.key)


@dataclass(frozen=True)
class Removed:
    """How many people of the trade one gate took away: first of all gates, and alone among them."""

    gate: str  # distance, credentials, license, languages, shifts, wage, dates, unknown; or passes: who is left
    people: int
    alone: int  # whom nothing but this gate keeps away; 0 for distance, which is looked at first


def of_people(trainees, on, *, agreeing: bool = False) -> list[Pair]:
    """What these people fit, could fit, or are one credential short of, on the day; nearest first.

    With `agreeing`, whoever does not agree to be matched at this moment is left out, whether or not the job has run.
    """
    people = "ARRAY(SELECT matching_agree(%s::bigint[]))" if agreeing else "%s::bigint[]"
    with prepared.execute(f"SELECT * FROM matching_of_people({people}, %s)", [list(trainees), on]) as cursor:  # noqa: S608
        rows = cursor.fetchall()
    names = Bits(rows)
    found = [
        Pair(trainee, opening, state, tenths, names.of(words) if state == "near" else (), unsure)
        for trainee, opening, state, tenths, unsure, *words in rows
    ]
    return sorted(found, key=lambda pair: (pair.tenths, pair.opening_id, pair.trainee_id))


def passing(opening_id: int, on, *, also=(), most: int | None = None) -> list[Passing]:
    """Who passes every gate, in the opening's own order; `also` are listed with a question open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_passing(%s, %s, %s, %s)", [opening_id, on, list(also), most])
        return _placed(cursor.fetchall())


def _placed(rows) -> list[Passing]:
    return [
        Passing(place, trainee, state, tenths, None if key == NO_KEY else key, bytes(draw))
        for place, (trainee, state, tenths, key, draw) in enumerate(rows, start=1)
    ]


def first_kept(opening_id: int, on, *, also=(), most: int) -> list[Passing]:
    """The first who pass, in the opening's order, out of its matches, each looked at again now.

    The same as the first of `passing`, for `matching.jobs` keeps the first FIRST; much faster in a large city.
    """
    asked = [opening_id, on, list(also), most]
    with prepared.execute("SELECT * FROM matching_first_kept(%s, %s, %s::bigint[], %s::integer)", asked) as cursor:
        return _placed(cursor.fetchall())


def counts(openings, on) -> dict[int, dict[str, int]]:
    """For each of these openings: how many fit, could once they answer a question, or are one credential short."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_counts(%s, %s)", [list(openings), on])
        return {pk: {"fits": fits, "ask": ask, "near": near} for pk, fits, ask, near in cursor.fetchall()}


def short_of(opening_id: int, on) -> dict[str, int]:
    """How many people are one credential short of an opening, by credential, most first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_short_of(%s, %s)", [opening_id, on])
        rows = cursor.fetchall()
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def sieve(opening_id: int, on) -> dict[str, Removed]:
    """Which gate removed how many people of the opening's trade, by gate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matching_sieve(%s, %s)", [opening_id, on])
        return {gate: Removed(gate, people, alone) for gate, people, alone in cursor.fetchall()}


def agreeing(trainees) -> set[int]:
    """Which of these people agree to be matched at this moment, by id."""
    with prepared.execute("SELECT matching_agree(%s::bigint[])", [list(trainees)]) as cursor:
        return {pk for (pk,) in cursor.fetchall()}


class Bits:
    """The credentials that words of bits stand for, the last four of each row; asked at once, if there is one."""

    def __init__(self, rows):
        asked = {bit for words in {tuple(row[-4:]) for row in rows} for bit in self._bits(words)}
        self._names = {}
        if asked:
            said = "SELECT bit, credential_id FROM matching_bit WHERE bit = ANY (%s::smallint[])"
            with prepared.execute(said, [list(asked)]) as cursor:
                self._names = dict(cursor.fetchall())

    def of(self, words) -> tuple[str, ...]:
        return tuple(self._names[bit] for bit in self._bits(words))

    @staticmethod
    def _bits(words):
        for number, word in enumerate(words):
            while word:
                low = word & -word
                yield number * WORD + low.bit_length() - 1
                word ^= low


class Standing(Func):
    """In a queryset of trainees: the best each has with any opening (fits, ask, near), or NULL."""

    function = "matching_standing"
    output_field = TextField()

    def __init__(self, trainee, on):
        super().__init__(trainee, Value(on))

"""Peer (c), a search engine used as the matcher: tantivy, one query per opening.

Every row of `matching_seeker` becomes a document; the index is built anew and every opening asked, as a full rematch
would. A search engine cannot know how far a person travels, so each document says "ZIP code : reach" and a query lists
the pairs that lie within reach. What it gives is a count and fifty people in the order of one fixed column: neither the
opening's own order, nor the ties drawn, nor who is one credential short (that would be one more query per credential),
nor why. Its count is compared with ours.
"""

import tempfile
import time
from collections import defaultdict
from datetime import date

import tantivy
from django.db import connection
from tantivy import Occur, Query

WORD = 63
FIRST = 50
DAYS = date(2000, 1, 1)


class Engine:
    """The index, and the queries it is asked."""

    def __init__(self, folder: str):
        fields = tantivy.SchemaBuilder()
        for name in ("trade", "place", "at", "own", "license", "languages", "shifts", "credential"):
            fields.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
        fields.add_integer_field("wage", indexed=True, fast=True)
        fields.add_integer_field("free", indexed=True, fast=True)
        fields.add_integer_field("trainee", stored=True, indexed=False, fast=True)
        self.schema = fields.build()
        self.index = tantivy.Index(self.schema, path=folder)
        self.reaches = defaultdict(set)  # the reaches that people of a home ZIP code have

    def build(self, on: date) -> int:
        own = defaultdict(list)
        writer = self.index.writer(heap_size=400_000_000, num_threads=2)
        count = 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT trainee_id, trade, at FROM matching_seeker WHERE at <> 0")
            for trainee, trade, at in cursor.fetchall():
                own[trainee, trade].append(str(at))
        with connection.chunked_cursor() as cursor:
            cursor.itersize = 20_000
            cursor.execute(
                "SELECT trainee_id, trade, at, evaluated, zip, reach, license, languages, shifts, wage,"
                " greatest(free_on, date '2000-01-01') - date '2000-01-01', h0, h1, h2, h3"
                " FROM matching_seeker WHERE turns_on > %s",
                [on],
            )
            for trainee, trade, at, evaluated, zip_, reach, license_, languages, shifts, wage, free, *held in cursor:
                self.reaches[zip_].add(reach)
                document = tantivy.Document(
                    trade=str(trade),
                    place=f"{zip_}:{reach}",
                    at=str(at),
                    license=str(license_),
                    languages=[str(bit) for bit in _bits(languages)],
                    shifts=[str(bit) for bit in _bits(shifts)],
                    credential=[str(WORD * n + bit) for n, word in enumerate(held) for bit in _bits(word)],
                    own=own[trainee, trade] if evaluated else [],
                    wage=wage,
                    free=free,
                    trainee=trainee,
                )
                writer.add_document(document)
                count += 1
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()
        return count

    def _one_of(self, field: str, values) -> Query:
        return Query.term_set_query(self.schema, field, [str(value) for value in values])

    def _has(self, field: str, value) -> Query:
        return Query.term_query(self.schema, field, str(value), index_option="basic")

    def query(self, offer: dict, near: list[tuple[int, int]]) -> Query:
        within = [f"{home}:{reach}" for home, tenths in near for reach in self.reaches.get(home, ()) if reach >= tenths]
        must = [self._has("trade", offer["trade"]), self._one_of("place", within)]
        must += [self._has("credential", bit) for bit in offer["required"]]
        must += [self._one_of("credential", group) for group in offer["groups"]]
        if offer["license"]:
            must.append(self._one_of("license", range(offer["license"], 4)))
        must += [self._has("languages", bit) for bit in _bits(offer["languages"])]
        if offer["shifts"]:
            must.append(self._one_of("shifts", _bits(offer["shifts"])))
        whole = tantivy.FieldType.Integer
        must.append(Query.range_query(self.schema, "wage", whole, 0, offer["wage"]))
        if offer["needed"] is not None:
            must.append(Query.range_query(self.schema, "free", whole, 0, offer["needed"]))
        # An employer's own evaluation counts there only: that row, if there is one, instead of the general one.
        general = [(Occur.Must, self._has("at", 0)), (Occur.MustNot, self._has("own", offer["organization"]))]
        here = self._has("at", offer["organization"])
        must.append(Query.boolean_query([(Occur.Should, Query.boolean_query(general)), (Occur.Should, here)]))
        return Query.boolean_query([(Occur.Must, part) for part in must])

    def ask(self, offer: dict, near: list[tuple[int, int]]) -> int:
        found = self.searcher.search(self.query(offer, near), limit=FIRST, count=True, order_by_field="trainee")
        return found.count


def offers(on: date) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT opening_id, organization_id, trade, zip, license, languages, shifts, wage,"
            " CASE WHEN needed_on < 'infinity' THEN needed_on END, asked, groups"
            " FROM matching_offer WHERE last_on >= %s ORDER BY opening_id",
            [on],
        )
        rows = cursor.fetchall()
    return [_offer(*row) for row in rows]


def _offer(opening, organization, trade, zip_, license_, languages, shifts, wage, needed, asked, groups) -> dict:
    named = defaultdict(list)
    for bit, group in zip(asked, groups, strict=True):
        named[group].append(bit)
    return {
        "opening": opening,
        "organization": organization,
        "trade": trade,
        "zip": zip_,
        "license": license_,
        "languages": languages,
        "shifts": shifts,
        "wage": wage,
        "needed": (needed - DAYS).days if needed else None,
        "required": [bit for group, bits in named.items() if group < 0 for bit in bits],
        "groups": [bits for group, bits in named.items() if group >= 0],
    }


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def run(on: date, most: int | None = None) -> dict:
    """Build the index and ask for every opening (or `most` of them, evenly picked); seconds and counts."""
    began = time.perf_counter()
    near = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="throughline-bench-search-") as folder, connection.cursor() as cursor:
        engine = Engine(folder)
        documents = engine.build(on)
        built = time.perf_counter()
        cursor.execute("SELECT work, home, tenths FROM matching_near WHERE tenths <= %s", [_farthest(cursor)])
        for work, home, tenths in cursor.fetchall():
            near[work].append((home, tenths))
        every = offers(on)
        some = every if most is None else every[:: max(1, len(every) // most)]
        read = time.perf_counter()
        counts = {offer["opening"]: engine.ask(offer, near[offer["zip"]]) for offer in some}
        asked = time.perf_counter()
    queries = (asked - read) * len(every) / len(some)
    return {
        "documents": documents,
        "build_s": built - began,
        "queries_s": queries,
        "total_s": read - began + queries,
        "asked": len(some),
        "openings": len(every),
        "counts": counts,
    }


def _farthest(cursor) -> int:
    cursor.execute("SELECT coalesce(max(reach), 0) FROM matching_seeker")
    return cursor.fetchone()[0]


def passing(on: date, openings) -> dict[int, int]:
    """How many people pass these openings by the view, to hold the engine's counts against."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        found = {}
        for opening in openings:
            cursor.execute("SELECT count(*) FROM matching_passing(%s, %s, '{}', NULL)", [opening, on])
            found[opening] = cursor.fetchone()[0]
    return found

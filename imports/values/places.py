"""ZIP codes, with the leading zeros that spreadsheets take away."""

import re

from imports.problems import Bad

_STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS",
    "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA",
    "michigan": "MI", "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT",
    "nebraska": "NE", "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM",
    "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH", "oklahoma": "OK",
    "oregon": "OR", "pennsylvania": "PA", "puerto rico": "PR", "rhode island": "RI", "south carolina": "SC",
    "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA",
    "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip


def zip_code(text: str) -> str:
    """The five digits: "8060" -> "08060", "92335-1234" -> "92335", "92335.0" -> "92335". Raises Bad("zip")."""
    bare = text.strip().upper().removeprefix("CA ").strip()
    found = re.fullmatch(r"(\d{3,5})(?:\.0+)?(?:\s*-\s*\d{0,4})?", bare) or re.fullmatch(r"(\d{5})\s?\d{4}", bare)
    if found:
        digits = found.group(1)
    elif re.fullmatch(r"\d{8}", bare):  # ZIP+4 of New Jersey or New England without its zero and its hyphen
        digits = bare[:4]
    else:
        raise Bad("zip")
    digits = digits.zfill(5)
    if digits == "00000":
        raise Bad("zip")
    return digits


def zip_in(text: str) -> str:
    """The ZIP code at the end of an address ("..., Fontana, CA 92335"), or ""."""
    found = re.search(r"\b[A-Z]{2}\.?,?\s+(\d{5})(?:-\d{4})?\s*(?:,?\s*(?:USA|United States))?\s*$", text.strip())
    return found.group(1) if found else ""


def state(text: str) -> str:
    """ "New Jersey" or "nj" -> "NJ"; "" when it is no state we know."""
    bare = " ".join(text.replace(".", "").split())
    if bare.lower() in _STATES:
        return _STATES[bare.lower()]
    return bare.upper() if bare.upper() in _STATES.values() else ""

"""The ZIP code in the middle of a city, for places that name no ZIP code."""

from collections.abc import Iterable

from django.db.models.functions import Lower

from accounts.models import Zip


class Cities:
    """The cities that a sheet names, read in one query."""

    def __init__(self, named: Iterable[tuple[str, str]]):
        wanted = {_first(city) for city, _state in named} - {""}
        self.zips: dict[tuple[str, str], list[Zip]] = {}
        for place in Zip.objects.annotate(low=Lower("city")).filter(low__in=wanted).order_by("code"):
            self.zips.setdefault((place.low, place.state), []).append(place)
        self.codes = {place.code for group in self.zips.values() for place in group}

    def middle(self, city: str, state: str, county: str = "") -> str:
        """The ZIP code nearest to the middle of the city's; "" when the city is not known in that state."""
        places = self.zips.get((_first(city), state), [])
        places = [p for p in places if county and p.county.lower() in county.lower()] or places
        if not places:
            return ""
        latitude = sum(place.latitude for place in places) / len(places)
        longitude = sum(place.longitude for place in places) / len(places)
        return min(places, key=lambda p: (p.latitude - latitude) ** 2 + (p.longitude - longitude) ** 2).code


def _first(city: str) -> str:
    """ "Fresno; Mendota" -> "fresno"."""
    return city.split(";")[0].split("/")[0].split(",")[0].strip().lower()

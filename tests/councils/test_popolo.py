"""A council as data keeps to the JSON schemas of Popolo (popoloproject.com), as far as it uses them."""

import re

from django.test import Client
from django.urls import reverse

from councils.actions import bodies, decisions, meetings
from councils.models import Term

DAY = re.compile(r"[0-9]{4}((-[0-9]{2}){0,2}|(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){0,2}(Z|[+-][0-9]{2}(:[0-9]{2})?))")
MOMENT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(Z|[+-][0-9]{2}:[0-9]{2})")  # format: date-time
URI = re.compile(r"https?://\S+")

# Of each schema what we use, with its rule: a type, a pattern, or a list of another schema. "!" is required.
# Properties that a schema does not name are no part of it.
SCHEMAS = {
    "organization": {
        "id!": str, "name!": str, "other_names": ["other_name"], "classification": str, "abstract": str,
        "links": ["link"],
    },
    "other_name": {"name!": str, "note": str},
    "link": {"url!": URI, "note": str},
    "post": {"id!": str, "label!": str, "role!": str, "organization_id!": str, "start_date": DAY, "end_date": DAY},
    "person": {"id!": str, "name!": str},
    "membership": {
        "id!": str, "person_id": str, "organization_id!": str, "post_id": str, "role": str, "start_date": DAY,
        "end_date": DAY,
    },
    "event": {
        "id!": str, "name": str, "start_date": DAY, "end_date": DAY, "location": str, "status": str,
        "organization_id": str,
    },
    "motion": {
        "id!": str, "organization_id": str, "legislative_session_id": str, "text": str, "date": MOMENT,
        "requirement": str, "result": str, "vote_events": ["vote_event"],
    },
    "vote_event": {
        "organization_id": str, "legislative_session_id": str, "motion_id": str, "start_date": MOMENT,
        "end_date": MOMENT, "result": str, "counts": ["count"],
    },
    "count": {"option!": str, "value!": int},
}  # fmt: skip


def wrong(name: str, said: dict, at: str) -> list[str]:
    """What of this does not keep to the schema."""
    rules = {key.rstrip("!"): rule for key, rule in SCHEMAS[name].items()}
    found = [f"{at} lacks {key}" for key in SCHEMAS[name] if key.endswith("!") and key[:-1] not in said]
    for key, value in said.items():
        rule, here = rules.get(key), f"{at}.{key}"
        if rule is None:
            found.append(f"{here} is not in the schema")
        elif isinstance(rule, list):
            found += [one for n, part in enumerate(value) for one in wrong(rule[0], part, f"{here}[{n}]")]
        elif isinstance(rule, re.Pattern):
            found += [] if isinstance(value, str) and rule.fullmatch(value) else [f"{here} is {value!r}"]
        elif type(value) is not rule:
            found.append(f"{here} is {value!r}")
    return found


def test_what_a_council_gives_as_data_keeps_to_the_schemas(body):
    by = {"by": body.cast.willa, "at": body.now}
    body.council.name_es = "Consejo"
    body.council.save()
    Term.objects.update(named_publicly=True)
    meeting = body.in_session(starts_at=body.now.replace(microsecond=250_000))
    voted = decisions.propose(meeting, {"text_en": "Buses?", "method": "vote", "rule": body.simple}, **by)
    decisions.put(voted, **by)
    decisions.cast(voted, "yes", **by)
    decisions.count(voted, **by)
    agreed = decisions.propose(meeting, {"text_en": "Trains?", "method": "consensus"}, **by)
    decisions.agree(agreed, adopted=False, dissent="", **by)
    meetings.close(meeting, **by)
    bodies.end_term(body.terms[5], by=body.cast.carla, at=body.now)
    bodies.close_seat(body.vacant, by=body.cast.carla, at=body.now)
    url = reverse("council_json", args=[body.council.public_id])
    data = Client().get(url).json()
    names = {"organizations", "posts", "persons", "memberships", "events", "motions"}
    assert set(data) == names | {"exported_at"}
    assert [
        one for name in names for n, part in enumerate(data[name]) for one in wrong(name[:-1], part, f"{name}[{n}]")
    ] == []
    assert [len(data[name]) for name in ("posts", "persons", "memberships", "events", "motions")] == [7, 6, 6, 1, 2]
    people, posts = {one["id"] for one in data["persons"]}, {one["id"] for one in data["posts"]}
    assert all(one["person_id"] in people and one["post_id"] in posts for one in data["memberships"])
    assert [len(motion["vote_events"]) for motion in data["motions"]] == [1, 0]
    said = Client(headers={"accept-language": "es"}).get(url).json()
    assert said | {"exported_at": ""} == data | {"exported_at": ""}

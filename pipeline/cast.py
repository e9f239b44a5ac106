"""The cast: the invented people of the demo and of the tests. Everything about them is an example."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Person:
    """One member of the cast. `key` names them in links and tests; `role` is what the sign-in page calls them."""

    key: str
    name: str
    email: str
    role: str
    language: str = "en"


CAST = [
    Person("ana", "Ana Morales", "ana@throughline.example", _("Trainee"), "es"),
    Person("priya", "Priya Nair", "priya@throughline.example", _("Provider staff")),
    Person("elliot", "Elliot Park", "elliot@throughline.example", _("Employer")),
    Person("ben", "Ben Castillo", "ben@throughline.example", _("Union dispatcher")),
    Person("carla", "Carla Reyes", "carla@throughline.example", _("Coordinator")),
    Person("willa", "Willa Brooks", "willa@throughline.example", _("Council member")),
]

BY_KEY = {person.key: person for person in CAST}

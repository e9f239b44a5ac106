"""Training and what it proves: occupations, credentials, programs, their classes, who completed what."""

from .catalogue import Credential, Occupation, OccupationWord, Program
from .cohorts import Cohort
from .confirmations import Confirmation
from .people import Certification, Enrollment, TradeWish
from .places import PlaceRequest

__all__ = [
    "Certification",
    "Cohort",
    "Confirmation",
    "Credential",
    "Enrollment",
    "Occupation",
    "OccupationWord",
    "PlaceRequest",
    "Program",
    "TradeWish",
]

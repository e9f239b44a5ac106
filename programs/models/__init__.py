"""Training and what it proves: occupations, credentials, programs, who completed what, and the certifications."""

from .catalogue import Credential, Occupation, OccupationWord, Program
from .people import Certification, Enrollment, TradeWish

__all__ = ["Certification", "Credential", "Enrollment", "Occupation", "OccupationWord", "Program", "TradeWish"]

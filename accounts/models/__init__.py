"""People, the organizations they act for, what a trainee tells us, what they agreed to, and where ZIP codes are."""

from .consent import Consent
from .organizations import Invitation, Membership, Organization, Verification
from .people import TraineeProfile, User
from .places import Zip
from .record import Erasure, Guardian, RecordView

__all__ = [
    "Consent",
    "Erasure",
    "Guardian",
    "Invitation",
    "Membership",
    "Organization",
    "RecordView",
    "TraineeProfile",
    "User",
    "Verification",
    "Zip",
]

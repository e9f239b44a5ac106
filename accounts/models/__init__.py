"""People, the organizations they act for, what a trainee tells us, what they agreed to, and where ZIP codes are."""

from .assistance import Assistance
from .consent import Consent
from .joining import JoinRequest
from .organizations import Invitation, Membership, Organization, Verification
from .people import TraineeProfile, User
from .places import Zip
from .record import Erasure, Guardian, RecordView
from .sign_in import EntryLink, FactorRestore

__all__ = [
    "Assistance",
    "Consent",
    "EntryLink",
    "Erasure",
    "FactorRestore",
    "Guardian",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Organization",
    "RecordView",
    "TraineeProfile",
    "User",
    "Verification",
    "Zip",
]

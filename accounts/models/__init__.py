"""People, the organizations they act for, what a trainee tells us, what they agreed to, and where ZIP codes are."""

from .consent import Consent
from .organizations import Membership, Organization
from .people import TraineeProfile, User
from .places import Zip

__all__ = ["Consent", "Membership", "Organization", "TraineeProfile", "User", "Zip"]

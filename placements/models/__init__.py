"""From a yes onward: the referral, what is arranged and said about it, how an organization answers, and the hire."""

from ..hires.models import CheckIn, LocalRule, Placement, Project
from .appointments import Appointment
from .boards import BulkChange, SavedView, Waiting
from .comments import Comment
from .paces import Pace
from .referrals import Referral

__all__ = [
    "Appointment",
    "BulkChange",
    "CheckIn",
    "Comment",
    "LocalRule",
    "Pace",
    "Placement",
    "Project",
    "Referral",
    "SavedView",
    "Waiting",
]

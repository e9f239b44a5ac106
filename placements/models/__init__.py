"""From a yes onward: the referral, what is arranged and said about it, and how an organization answers."""

from .appointments import Appointment
from .boards import BulkChange, SavedView, Waiting
from .comments import Comment
from .paces import Pace
from .referrals import Referral

__all__ = ["Appointment", "BulkChange", "Comment", "Pace", "Referral", "SavedView", "Waiting"]

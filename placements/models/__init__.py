"""From a yes onward: the referral, what is arranged and said about it, and how an organization answers."""

from .appointments import Appointment
from .comments import Comment
from .paces import Pace
from .referrals import Referral

__all__ = ["Appointment", "Comment", "Pace", "Referral"]

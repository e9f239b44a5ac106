"""Councils at work: the bodies, their seats by constituency, their meetings and what comes of them."""

from .council import Council, Seat
from .meeting import Meeting

__all__ = ["Council", "Meeting", "Seat"]

"""Councils at work: the bodies, their seats by constituency, their meetings and what comes of them."""

from .council import Constituency, Council, Office, Seat, Term
from .meeting import Meeting

__all__ = ["Constituency", "Council", "Meeting", "Office", "Seat", "Term"]

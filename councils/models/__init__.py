"""Councils at work: the bodies, their seats by constituency, their meetings and what comes of them."""

from .council import Constituency, Council, Office, Seat, Term
from .meeting import Meeting
from .voice import Box, Quote, Theme, Voice

__all__ = [
    "Box",
    "Constituency",
    "Council",
    "Meeting",
    "Office",
    "Quote",
    "Seat",
    "Term",
    "Theme",
    "Voice",
]

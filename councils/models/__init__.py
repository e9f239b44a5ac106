"""Councils at work: the bodies, their seats by constituency, their meetings and what comes of them."""

from .council import Constituency, Council, Office, Seat, Term
from .decision import Ballot, Choice, Decision, Elector, Rule, Vote
from .meeting import AgendaItem, Attendance, Feed, Meeting, Need, Rsvp, Series, Way
from .minutes import Minutes
from .voice import Box, Quote, Theme, Voice

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Box",
    "Choice",
    "Constituency",
    "Council",
    "Decision",
    "Elector",
    "Feed",
    "Meeting",
    "Minutes",
    "Need",
    "Office",
    "Quote",
    "Rsvp",
    "Rule",
    "Seat",
    "Series",
    "Term",
    "Theme",
    "Voice",
    "Vote",
    "Way",
]

"""Councils at work: the bodies, their seats by constituency, their meetings and what comes of them."""

from .council import Constituency, Council, Office, Seat, Term
from .decision import Ballot, Choice, Decision, Elector, Rule, Vote
from .initiative import Initiative, Milestone, Phase
from .meeting import AgendaItem, Attendance, Feed, Meeting, Need, Rsvp, Series, Way
from .minutes import Minutes
from .recommendation import ActionStep, Following, Language, Reading, Recommendation
from .resource import Resource, Version
from .voice import Box, Quote, Theme, Voice

__all__ = [
    "ActionStep",
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
    "Following",
    "Initiative",
    "Language",
    "Meeting",
    "Milestone",
    "Minutes",
    "Need",
    "Office",
    "Phase",
    "Quote",
    "Reading",
    "Recommendation",
    "Resource",
    "Rsvp",
    "Rule",
    "Seat",
    "Series",
    "Term",
    "Theme",
    "Version",
    "Voice",
    "Vote",
    "Way",
]

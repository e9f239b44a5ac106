"""Initiatives: work of a council over months, in phases, on one timeline."""

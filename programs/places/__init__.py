"""Asking for a place in a class: asked, answered, taken back (docs/adr/0022)."""

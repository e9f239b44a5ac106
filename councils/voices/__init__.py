"""Testimony: how it is sent with a name or without, released, read, sorted into themes, answered, and taken back."""

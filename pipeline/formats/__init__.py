"""How dates and times are written, by language; what is not here is Django's."""

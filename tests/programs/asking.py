"""How a browser asks for a place in a class."""

import re

from django.urls import reverse


def url(cast, name="place_ask"):
    return reverse(name, args=[cast.program.public_id])


def yes(browser, cast, **values):
    """What a browser sends that read the page and checked the box."""
    (read,) = re.findall(r'name="read" value="(\w+)"', browser.get(url(cast)).text) or [""]
    return {"agree": "on", "read": read, **values}

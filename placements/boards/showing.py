"""How a board is answered: the whole page, or to htmx only its list, and nothing at all when that is unchanged."""

import hashlib

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

SEEN = "X-Board-Seen"


def show(request, page: str, part: str, live: dict, more) -> HttpResponse:
    """`live` is what the list needs; `more()` gives what only the page around it needs.

    The page includes the part with the same context, so what is patched in equals what a fresh load shows.
    """
    if not request.headers.get("HX-Request"):
        response = render(request, page, live | more())
    else:
        text = render_to_string(part, live, request)
        # Over what was seen and in which language: the list of another reader is never "unchanged".
        mark = hashlib.sha256(f"{request.user.pk} {text}".encode()).hexdigest()[:16]
        unchanged = request.headers.get(SEEN) == mark
        response = HttpResponse("" if unchanged else text, status=204 if unchanged else 200)
        response[SEEN] = mark
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "private, no-store"
    return response

"""Where somebody wants to go next, as the request says it: only a path of this site counts."""

from django.utils.http import url_has_allowed_host_and_scheme


def path_of_ours(said: str) -> str:
    """The path, if it is one; else nothing. A bare word is none: `redirect` would take it for the name of a page."""
    return said if said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None) else ""

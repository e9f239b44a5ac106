"""Markdown as people write it, as HTML in which nothing active survives."""

import nh3
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4", "h5", "hr", "s"}
_SAFE = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough")
# A heading of a text stands below the headings of the page.
_LOWER = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}


def html(text: str) -> str:
    """The text as safe HTML. Links lead to web and mail addresses only; images and HTML of the writer are left out."""
    tokens = _SAFE.parse(text.replace("\x00", ""))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _LOWER[token.tag]
    raw = _SAFE.renderer.render(tokens, _SAFE.options, {})
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 let through only the tags above

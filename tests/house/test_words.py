"""The law of words: whatever the product says in English it says in Spanish, and every message can be translated."""

import ast
import re

import pytest

from pipeline.messages import KEYWORDS, LANGUAGES, missing, sources, translated


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_a_translation(language):
    waiting = missing(language)
    assert not waiting, f"{len(waiting)} without a translation; `make messages` lists them where they belong: {waiting}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language):
    # A placeholder lost leaves a hole in a sentence; one too many makes the page fail.
    wrong = [f"{message.id!r}: {error}" for message, errors in translated(language).check() for error in errors]
    assert not wrong, "\n".join(wrong)


def test_no_message_is_put_together_before_it_is_translated():
    """f-strings, % and .format() inside gettext() make a message no catalogue holds: it would stay English for ever."""
    wrong = []
    for path in sources():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in KEYWORDS:
                # ngettext's last argument is the number.
                words = node.args[:-1] if _name(node.func).startswith(("ngettext", "npgettext")) else node.args
                if any(_assembled(argument) for argument in words):
                    wrong.append(f"{path}:{node.lineno}")
    assert not wrong, wrong


def _name(function):
    return getattr(function, "id", getattr(function, "attr", ""))


def _assembled(argument):
    if isinstance(argument, ast.Call):
        return _name(argument.func) == "format"
    return isinstance(argument, ast.JoinedStr | ast.BinOp)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_says_everything_twice(language):
    twice = [
        m.id for m in translated(language) if isinstance(m.string, str) and re.fullmatch(r"(.{20,}?)\1+", m.string)
    ]
    assert not twice, twice

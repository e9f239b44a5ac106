"""The gathering of messages: every way our code and templates say something is heard."""

from babel.messages.catalog import Catalog

from pipeline import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
GREETING = _("Good morning")
def things(n): return ngettext("one thing", "%(n)s things", n) % {"n": n}
STATE = pgettext_lazy("an opening", "closed")
LONG = _(
    "two halves "
    "of one sentence"
)
"""
TEMPLATE = """
{% load i18n %}<p class="it's">
    {% translate "Welcome" %} ( unclosed {% trans "May" context "month" %}
  {% blocktranslate trimmed with name=user.name %}
      Hello {{ name }},
      how are you?
  {% endblocktranslate %}
        {% blocktranslate count counter=n trimmed %}
  One page, 100%
  {% plural %}
  {{ counter }} pages, 100%
  {% endblocktranslate %}
  {% include "x.html" with title=_("A title") %}
  <c-button :label="_('Press me')" /> {{ _("Shout")|upper }}
"""


def said_by(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return [(context, message) if context else message for message, _, context in messages.messages_of(path)]


def test_python(tmp_path):
    assert said_by(tmp_path, "room.py", PYTHON) == [
        "Good morning",
        ("one thing", "%(n)s things"),
        ("an opening", "closed"),
        "two halves of one sentence",
    ]


def test_templates(tmp_path):
    said = said_by(tmp_path, "page.html", TEMPLATE)
    assert said[:4] == [
        "Welcome",
        ("month", "May"),
        "Hello %(name)s, how are you?",
        ("One page, 100%%", "%(counter)s pages, 100%%"),
    ]
    assert set(said[4:]) == {"A title", "Press me", "Shout"}


def test_what_was_translated_stays_and_nothing_is_guessed(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "room.py").write_text('_("Good morning")\n_("Good evening")\n')
    messages.update("es")
    po = messages.po_file("es")
    po.write_text(po.read_text().replace('"Good morning"\nmsgstr ""', '"Good morning"\nmsgstr "Buenos días"'))
    (tmp_path / "room.py").write_text('_("Good morning")\n_("Good evenings")\n')
    assert messages.missing("es") == ["Good evenings"]
    assert messages.update("es")
    assert messages.translated("es").get("Good morning").string == "Buenos días"
    assert messages.translated("es").get("Good evenings").string == ""
    assert 'Good evening"' not in po.read_text()
    assert not messages.update("es"), "a second run must change nothing"


def test_half_a_plural_counts_as_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    known = Catalog(locale="es")
    known.add(("one day", "%(n)s days"), ("un día", ""))
    monkeypatch.setattr(messages, "translated", lambda language: known)
    (tmp_path / "room.py").write_text('ngettext("one day", "%(n)s days", n)\n')
    assert messages.missing("es") == ["one day"]

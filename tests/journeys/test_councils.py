"""A council at work: a meeting from its call to its published minutes, and a recommendation with the figure it moves.

Who leads reads one language, the others the other: each page is seen in both in the course of the two stories.
"""

import re
from datetime import date, datetime, timedelta

import pytest

from councils.recommendations.course import months_on
from ledger.figures import SMALLEST_BASE
from pipeline.cast import BY_KEY

from .reader import Reader
from .stack import Stack, until

ANA, ELLIOT = BY_KEY["ana"], BY_KEY["elliot"]
OTHER = {"en": "es", "es": "en"}
HEARD, ENDS = "Heard six stories about the way home.", "Buses end before the second shift does."
OIDAS = "Se oyeron seis historias."
CALLS, WRITES = "Willa calls the bus company.", "Carla writes to the county."
QUORUM = "#quorum > p .tl-tag--met"
LONG_AGO = {"en": "certified within a week", "es": "Responder en una semana"}  # of the seed


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_meeting_from_the_call_to_a_vote_by_keyboard_and_minutes_of_two_hands(reader, site, language):
    willa, ana, carla = reader(), reader(OTHER[language]), reader(OTHER[language])
    willa.sign_in_as("willa")
    council = _council(willa)
    meeting = _plan(willa, council, minutes=60, title=("The way home at night", "El camino a casa de noche"))
    with willa.again():
        willa.open(meeting)  # judged below, with the answers on it
    willa.tap("form[action$='/step/call/'] button")

    # Ana comes, and says what she needs. Who arranges it reads whose need it is; the chair reads only how many.
    _letter(site, ANA.email, meeting)
    ana.sign_in_as("ana")
    ana.open(meeting)
    ana.page.check("input[name=answer][value=yes]")
    ana.page.check("input[name=needs][value=childcare]")
    ana.tap("form:has(input[name=answer]) button")
    carla.sign_in_as("carla")
    carla.open(meeting)
    assert f"{ANA.name}: {carla.say('childcare')}" in carla.text
    willa.open(f"{meeting}door/")
    door = re.search(r"/meetings/\S+/here/\S+", willa.text)[0]
    willa.open(meeting)
    assert willa.say("childcare") in willa.text
    assert ANA.name not in willa.text

    # The meeting begins. Ana shows the code from the door, and Willa's page says by itself that there is a quorum.
    willa.page.clock.install()  # the page asks every ten seconds, which the test does not wait for
    willa.tap("form[action$='/step/open/'] button")
    with willa.again():
        _here(willa, "willa", "ben")
    assert not willa.page.locator(QUORUM).count()
    ana.open(door)
    ana.tap("button[name=how][value=room]")
    willa.page.clock.fast_forward(10_000)
    willa.page.locator(QUORUM).wait_for()

    _vote(willa, ana)
    _write_at_once(willa, carla, meeting)

    # Over, approved by the next meeting, published: whoever comes by reads it, and nobody changes it any more.
    with willa.again():
        willa.open(meeting)
    willa.tap("form[action$='/step/close/'] button")
    willa.open(f"{meeting}minutes/")
    assert HEARD in willa.text
    assert ENDS in willa.text
    with willa.again():
        willa.tap("form[action$='/minutes/ready/'] button")
        later = _plan(willa, council, minutes=100, title=("The last minutes", "El acta anterior"))
        willa.open(later)
        willa.tap("form[action$='/step/open/'] button")
        _here(willa, "willa", "ben", "ana")
        willa.open(f"{meeting}minutes/")
        willa.tap("form[action$='/minutes/approve/'] button")
    willa.tap("form[action$='/minutes/publish/'] button")
    visitor = reader(OTHER[language])
    visitor.open(f"{meeting}minutes/")
    assert OIDAS in visitor.text
    assert ANA.name not in visitor.text
    with carla.again():
        carla.open(f"{meeting}room/")
    assert not carla.page.locator("main textarea:not([readonly])").count()


def _vote(willa: Reader, ana: Reader) -> None:
    """A question is put, Ana answers it with her keyboard alone, and it is counted."""
    willa.tap("a[href*='/decisions/new/']")
    willa.page.fill("textarea[name=text_en]", "Shall the council ask for a night bus?")
    willa.page.fill("textarea[name=text_es]", "¿Debe el consejo pedir un autobús nocturno?")
    willa.page.select_option("select[name=rule]", label=willa.say("Simple majority"))
    willa.tap("form:has(select[name=rule]) button")
    willa.tap("button[name=do][value=put]")
    ana.open(willa.path)
    ana.tab_to("input[name=choice]")
    ana.page.keyboard.press("Space")
    ana.tab_to("button[name=do][value=cast]")
    with ana.arriving():
        ana.page.keyboard.press("Enter")
    willa.tap("button[name=do][value=count]")
    assert re.search(r"\b1\b.*\b3\b", willa.page.locator(".tl-stats + p").first.inner_text())
    assert willa.page.locator(".tl-head .tl-tag--met").count(), "adopted"


def _write_at_once(willa: Reader, carla: Reader, meeting: str) -> None:
    """Both write in the same field of the same item before either was saved; nothing of either is lost."""
    field, saved = "textarea[name=text_en]", ".tl-minute [role=status] > *"
    carla.open(f"{meeting}room/")
    with willa.again():
        willa.open(f"{meeting}room/")
    for one, words in ((willa, HEARD), (carla, ENDS)):
        one.find(field).fill(words)
    for one in (willa, carla):
        one.page.keyboard.press("Tab")
    for one in (willa, carla):
        one.find(saved).wait_for()
    said = [one.find(field).input_value() for one in (willa, carla)]
    assert any(HEARD in text and ENDS in text for text in said), said
    _write_without_a_connection(willa, carla)
    # Carla goes on before the page had a moment to save; that is kept, too.
    carla.find("textarea[name=text_es]").fill(OIDAS)
    carla.open(f"{meeting}minutes/")


def _write_without_a_connection(willa: Reader, carla: Reader) -> None:
    """Carla's connection breaks while Willa writes on; once it is back nothing of either is missing."""
    field, unsaved = "textarea[name=action]", ".tl-minute [data-unsaved]"
    carla.context.set_offline(True)
    carla.find(field).fill(WRITES)
    carla.page.keyboard.press("Tab")
    carla.find(unsaved).wait_for()
    with willa.page.expect_response("**/write/"):
        willa.find(field).fill(CALLS)
        willa.page.keyboard.press("Tab")
    with carla.page.expect_response("**/write/"):
        carla.context.set_offline(False)
    carla.page.locator(unsaved).first.wait_for(state="hidden")
    carla.complaints.clear()  # the browser's own, of a connection that was not there
    assert carla.find(field).input_value().split("\n") == [CALLS, WRITES]


def _here(willa: Reader, *keys: str) -> None:
    """Willa writes down in the room who came."""
    for key in keys:
        willa.page.select_option("select[name=person]", label=BY_KEY[key].name)
        willa.tap("form:has(select[name=person]) button")


def _council(one: Reader) -> str:
    """The address of the workers' council."""
    one.open("/councils/")
    return one.page.locator("main a", has_text=re.compile("Workers|Trabajadores")).first.get_attribute("href")


def _plan(willa: Reader, council: str, *, minutes: int, title: tuple[str, str]) -> str:
    """A meeting so many minutes from now with one thing on its agenda; its address."""
    willa.open(f"{council}meetings/new/")
    soon = datetime.now() + timedelta(minutes=minutes)  # noqa: DTZ005
    willa.page.fill("input[name=on]", soon.date().isoformat())
    willa.page.fill("input[name=clock]", f"{soon:%H:%M}")
    willa.page.fill("input[name=place]", "Fontana")
    willa.tap("form:has(input[name=clock]) button")
    for language, words in zip(("en", "es"), title, strict=True):
        willa.page.fill(f"input[name=title_{language}]", words)
    willa.tap("form:has(input[name=title_en]) button")
    return willa.path.removesuffix("agenda/")


def _letter(site: Stack, to: str, words: str):
    """The newest letter to this address with these words in it, as soon as it came."""

    def arrived():
        return next((one for one in site.letters(to) if words in one.subject + one.text), None)

    return until(arrived, 30, f"a letter to {to} with “{words}”")


@pytest.mark.parametrize("language", ["es"], indirect=True)
def test_a_recommendation_keeps_its_figure_is_answered_and_comes_back_on_the_next_agenda(reader, site, language):
    willa, carla, elliot, ana = reader(), reader(OTHER[language]), reader(), reader(OTHER[language])
    titles = {"en": "Say when an answer comes", "es": "Decir cuándo llega la respuesta"}
    willa.sign_in_as("willa")
    council = _council(willa)
    willa.open(f"{council}recommendations/new/")
    for code, words in titles.items():
        willa.page.fill(f"[name=title_{code}]", words)
        willa.page.fill(f"[name=text_{code}]", f"{words}.")
    willa.page.select_option("select[name=addressee_kind]", "partnership")
    willa.page.select_option("select[name=indicator]", "hired-locally")
    willa.tap("form:has(select[name=indicator]) button")
    page = willa.path

    # At its adoption the figure of that time is kept. Coordinators read it exactly; of so few people it is not public.
    carla.sign_in_as("carla")
    today = date.today()  # noqa: DTZ011
    carla.open(f"/measures/?since={months_on(today, -6)}&to={today - timedelta(days=1)}")
    measure = carla.page.locator(".tl-measure", has_text=carla.say("Hired locally")).first
    local, of_how_many = map(int, re.findall(r"\d+", measure.locator("dd > .tl-soft").first.inner_text())[:2])
    assert 0 < local <= of_how_many < SMALLEST_BASE
    willa.tap("a[href$='/adopt/']")
    willa.tap("form:has(input[name=on]) button")
    rows = willa.page.locator("main table tbody tr")
    assert rows.count() == 4, "four stretches of time up to that day"
    kept = rows.filter(has=willa.page.locator("th .tl-tag"))
    assert kept.count() == 1
    assert willa.say("too few people to say") in kept.text_content()

    # Something to do by today, for Ana; then it is sent. Elliot, who is not of the council, wants to hear of it.
    willa.page.click("details:has(select[name=assignee]) > summary")
    willa.page.fill("input[name=title_en]", "Ask three employers")
    willa.page.fill("input[name=title_es]", "Preguntar a tres empleadores")
    willa.page.select_option("select[name=assignee]", label=ANA.name)
    willa.page.fill("input[name=due_on]", today.isoformat())
    willa.tap("form:has(select[name=assignee]) button")
    _letter(site, ANA.email, "Preguntar a tres empleadores")
    willa.tap("a[href$='/send/']")
    willa.tap("form:has(input[name=on]) button")
    elliot.sign_in_as("elliot")
    elliot.open(page)
    elliot.tap("button[name=wanted][value=yes]")

    # Carla answers for the partnership; whoever follows reads the answer in their own language's letter.
    answer = "Yes: every yes names the day by which an answer comes."
    carla.open(page)
    carla.tap("a[href$='/answer/']")
    carla.page.fill("textarea[name=answer]", answer)
    carla.tap("form:has(textarea[name=answer]) button")
    for person in (ANA, ELLIOT):
        letter = _letter(site, person.email, answer)
        assert titles[person.language] in letter.subject

    # What is undone stands on the next agenda by itself, until it is done.
    _plan(willa, council, minutes=30, title=("What employers said", "Lo que dijeron los empleadores"))
    assert "Pendiente: Preguntar a tres empleadores" in willa.text
    ana.sign_in_as("ana")
    ana.open(page)
    ana.tap("form[action$='/done/'] button")
    _letter(site, ELLIOT.email, "Done: Ask three employers")
    willa.page.reload()
    assert "Preguntar a tres empleadores" not in willa.text
    visitor = reader(OTHER[language])
    visitor.open(page)
    assert answer in visitor.text

    # One adopted long ago: its figure is drawn wherever enough happened to count, and the table says the same.
    visitor.open(f"{council}recommendations/")
    visitor.tap(visitor.page.locator(".tl-card__title a", has_text=LONG_AGO[visitor.language]))
    assert visitor.page.locator("main table").first.locator("tbody tr").count() == 7
    assert visitor.page.locator(".tl-course__dot").count()

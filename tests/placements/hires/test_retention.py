"""Does the work go on? Asked once of both sides; what their answers, their silence and their quarrel come to."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep
from ledger.models import Event
from matching import nightly
from matching.models import Match
from notifications import words
from notifications.models import Notice, Task
from notifications.sms import meaning
from placements import actions as referrals
from placements.hires import actions, links, notices, retention, tasks
from placements.hires.taking import Terms
from placements.models import CheckIn, Placement
from tests.reading import words_read


@pytest.fixture
def hire(cast):
    """Ana works at Rialto Steel since October 20, after her yes."""
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    referral = referrals.say_yes(Match.objects.get(), by=cast.ana, at=cast.now)
    return actions.hire(referral, terms=Terms(date(2026, 10, 20), 2450, "hour", 40), by=cast.elliot, at=cast.now)


def answer(check, side, said, cast, at=None, **more):
    by = cast.ana if side == "worker" else cast.elliot
    return retention.answer(check, side, said, by=by, at=at or cast.now, **more)


def test_both_are_asked_once_and_two_yes_are_a_step(cast, hire, settle):
    for _bell in range(3):
        tasks.check_in()
    check = CheckIn.objects.get()
    assert (check.days, check.asks_employer, check.state) == (30, True, "asked")
    assert Notice.objects.filter(kind="stay_worker").count() == Notice.objects.filter(kind="stay_employer").count() == 1
    settle()
    letter = next(m for m in mail.outbox if "still with you" in m.subject)
    assert "Ana" not in words_read(letter.body)
    assert "/stay/" in letter.body
    answer(check, "worker", "yes", cast, hourly_cents=2600)
    with pytest.raises(IllegalStep):
        answer(check, "worker", "no", cast)
    assert Placement.objects.get().state == "hired"
    answer(check, "employer", "yes", cast)
    check.refresh_from_db()
    hire.refresh_from_db()
    assert (hire.state, check.state, check.source) == ("retained_30", "retained", "both")
    assert retention.progress(hire, [check]) == (2450, 2600)
    assert Event.objects.get(kind="placement.retained_30").facts["source"] == "both"
    with pytest.raises(Denied):
        retention.answer(check, "worker", "yes", by=cast.rhea, at=cast.now)
    # Nothing was asked for three hundred days: only the last question is, and it stands for those before it.
    later = cast.now + timedelta(days=340)
    assert retention.ask_due(at=later) == 1
    assert retention.ask_due(at=later) == 0
    last = CheckIn.objects.get(days=365)
    answer(last, "worker", "yes", cast, at=later), answer(last, "employer", "yes", cast, at=later)
    assert Placement.objects.get().state == "retained_365"


def test_a_quarrel_and_a_silence_become_a_task_of_the_coordinator(cast, hire, sign_in):
    retention.ask_due(at=cast.now)
    check = CheckIn.objects.get()
    answer(check, "worker", "no", cast, reason="pay")
    cast.trainee.refresh_from_db()
    assert cast.trainee.looking  # she is looked for openings whatever the employer says
    answer(check, "employer", "yes", cast)
    task = Task.objects.get(kind="stay")
    assert (task.owner, task.due_on) == (cast.carla, date(2026, 12, 1))
    page = sign_in(cast.carla).get(task.path).content.decode()
    assert "Ana Morales" in page
    assert 'name="said"' in page
    assert "Staff-verified, not wage-matched" in page
    url = reverse("placement_settle", args=[hire.public_id, 30])
    assert sign_in(cast.elliot).post(url, {"said": "yes"}, follow=True).status_code == 403
    assert sign_in(cast.carla).post(url, {"said": "no"}).status_code == 422  # why?
    sign_in(cast.carla).post(url, {"said": "no", "reason": "pay", "ended_on": "2026-11-20"})
    hire.refresh_from_db()
    task.refresh_from_db()
    assert (hire.state, hire.ended_on, hire.ended_by) == ("ended", date(2026, 11, 20), "coordinator")
    assert task.done_at
    assert CheckIn.objects.get().state == "ended"


def test_a_quarrel_open_when_the_job_ends_says_nothing_of_the_days_it_lasted(cast, hire):
    retention.ask_due(at=cast.now)
    check = CheckIn.objects.get()
    answer(check, "worker", "no", cast, reason="pay"), answer(check, "employer", "yes", cast)
    actions.end(hire, reason="over", ended_on=date(2026, 11, 24), by=cast.elliot, at=cast.now)
    assert (CheckIn.objects.get().state, Task.objects.get(kind="stay").done_at) == ("unknown", cast.now)


def test_silence_is_looked_after_once_and_only_with_the_persons_agreement(cast, hire):
    retention.ask_due(at=cast.now)
    check = CheckIn.objects.get()
    answer(check, "employer", "yes", cast)
    later = cast.now + timedelta(days=15)
    with time_machine.travel(later):
        tasks.check_in()
        tasks.check_in()
    task = Task.objects.get(kind="stay")
    # Her coordinator leaves: another has it. Then Ana hides her record, and nobody is asked for what they cannot read.
    heir = User.objects.create_user("cora@throughline.example", full_name="Cora Reyes")
    cast.member(heir, cast.carla.memberships.get().organization)
    User.objects.filter(pk=cast.carla.pk).update(is_active=False)
    with time_machine.travel(later):
        tasks.check_in()
    task.refresh_from_db()
    assert (task.owner, task.done_at) == (heir, None)
    User.objects.filter(pk=cast.carla.pk).update(is_active=True)
    shared = cast.ana.consents.filter(purpose="record")
    shared.update(withdrawn_at=later)
    with time_machine.travel(later):
        tasks.check_in()
        tasks.check_in()
    task.refresh_from_db()
    check.refresh_from_db()
    assert (check.state, bool(task.done_at)) == ("unknown", True)
    assert Event.objects.filter(kind="placement.unknown").count() == 1
    shared.update(withdrawn_at=None)
    assert retention.settle(check, "yes", by=cast.carla, at=later).source == "staff"
    cast.ana.consents.filter(purpose="record").update(withdrawn_at=later)
    with time_machine.travel(cast.now + timedelta(days=70)):
        tasks.check_in()
    with time_machine.travel(cast.now + timedelta(days=90)):
        tasks.check_in()
    assert CheckIn.objects.get(days=90).state == "unknown"
    assert Task.objects.filter(kind="stay").count() == 1


def test_the_link_shows_and_only_its_button_acts_once_for_whom_it_was_made(cast, hire, client):
    retention.ask_due(at=cast.now)
    check = CheckIn.objects.get()
    url = links.path(cast.elliot, check, "employer")
    for _look in range(2):
        page = client.get(url)
    assert page.status_code == 200
    assert "Ana M." in page.content.decode()
    assert "Morales" not in page.content.decode()
    assert not CheckIn.objects.get().employer
    assert client.get(url[:-3] + "x/").status_code == 404
    assert client.get(links.path(cast.rhea, check, "employer")).status_code == 404  # she does not act for them
    assert client.get(links.path(cast.elliot, check, "worker")).status_code == 404
    with time_machine.travel(cast.now + timedelta(days=31)):
        assert client.get(url).status_code == 404
    assert client.post(url, {"said": ""}).status_code == 422
    assert client.post(url, {"said": "no", "reason": "let_go"}).status_code == 200
    assert (CheckIn.objects.get().employer, CheckIn.objects.get().employer_reason) == ("no", "let_go")
    assert client.post(url, {"said": "yes"}).status_code == 404
    mine = links.path(cast.ana, check, "worker")
    assert client.post(mine, {"said": "no", "wage": "", "reason": "let_go"}).status_code == 200
    assert Placement.objects.get().end_reason == "let_go"


def test_an_employer_who_may_not_know_is_not_asked_and_the_persons_word_counts_alone(cast, sign_in):
    cast.agree()
    job = actions.declare(
        cast.trainee, terms=Terms(date(2026, 10, 20), employer_name="Rialto Steel"), by=cast.ana, at=cast.now
    )
    retention.ask_due(at=cast.now)
    check = CheckIn.objects.get()
    assert not check.asks_employer
    assert not Notice.objects.filter(user=cast.elliot).exists()
    assert sign_in(cast.elliot).get(reverse("placement", args=[job.public_id])).status_code == 404
    browser = sign_in(cast.ana)
    page = browser.get(reverse("my_work")).content.decode()
    assert "no ve nada" in page  # Ana reads Spanish
    stay = reverse("placement_answer", args=[job.public_id, 30])
    again = browser.post(stay, {"said": "yes", "wage": "25 or so", "reason": ""})
    assert (again.status_code, "25 or so" in again.content.decode()) == (422, True)
    end = {"reason": "pay", "ended_on": "2027-01-01"}
    again = browser.post(reverse("placement_end", args=[job.public_id]), end)
    assert (again.status_code, 'value="2027-01-01"' in again.content.decode()) == (422, True)
    browser.post(stay, {"said": "yes", "wage": "25", "reason": ""})
    check.refresh_from_db()
    assert (check.state, check.source, check.hourly_cents) == ("retained", "worker", 2500)
    browser.post(reverse("placement_allow", args=[job.public_id]), {"answer": "yes"})
    assert sign_in(cast.elliot).get(reverse("placement", args=[job.public_id])).status_code == 200
    browser.post(reverse("my_work_looking"), {"answer": "yes"})
    cast.trainee.refresh_from_db()
    assert cast.trainee.looking
    with pytest.raises(Denied):
        actions.look_on(cast.trainee, False, by=cast.carla, at=cast.now)


def test_an_employer_that_is_not_here_is_asked_by_mail_only_where_the_person_allows_it(cast, sign_in, client, settle):
    cast.agree()
    browser, new = sign_in(cast.ana), reverse("my_work_new")
    sent = {"employer_name": "Amazon Fontana", "starts_on": "2026-10-20", "employer_email": "boss@amazon.example"}
    assert browser.post(new, sent).status_code == 422  # an address, and not allowed to ask
    assert browser.post(new, sent | {"knows": "on", "employer_email": cast.ana.email}).status_code == 422
    assert browser.post(new, sent | {"knows": "on"}).status_code == 302
    tasks.check_in()
    settle()
    letter = next(m for m in mail.outbox if m.to == ["boss@amazon.example"])
    assert "Ana" not in words_read(letter.body)
    url = "/stay/" + letter.body.split("/stay/")[1].split()[0]
    page = client.get(url).content.decode()
    assert "Ana, hired on" in page
    assert "Morales" not in page
    job, check = Placement.objects.get(), CheckIn.objects.get()
    assert (check.asks_employer, check.employer, "boss@amazon" in browser.get("/me/work/").content.decode()) == (
        *(True, ""),
        True,
    )
    assert client.post(url, {"said": "no", "reason": "over"}).status_code == 200
    assert client.post(url, {"said": "yes"}).status_code == 404
    answer(CheckIn.objects.get(), "worker", "yes", cast)
    assert Task.objects.get(kind="stay").owner == cast.carla
    retention.settle(check, "yes", by=cast.carla, at=cast.now)
    browser.post(reverse("placement_allow", args=[job.public_id]), {"answer": "no"})
    mail.outbox.clear()
    with time_machine.travel(cast.now + timedelta(days=60)):
        tasks.check_in()
        assert not CheckIn.objects.get(days=90).asks_employer


def test_a_text_answers_and_hired_at_somewhere_is_written_down(cast, hire):
    retention.ask_due(at=cast.now)
    asks = notices._asks("worker")
    notice = Notice.objects.get(kind="stay_worker")
    assert "30" in words.message(notice, "en").paragraphs[0]
    about = asks.about(notice)
    assert asks.title(cast.ana, about) == "Rialto Steel"
    assert asks.title(cast.elliot, about) == ""
    with pytest.raises(IllegalStep):
        asks.act(cast.ana, about, meaning.NOT_NOW, cast.now)
    asks.act(cast.ana, about, meaning.YES, cast.now)
    assert (CheckIn.objects.get().worker, asks.title(cast.ana, about)) == ("yes", "")
    for said, word, whom in (
        ("HIRED", "hired", ""),
        ("¡Me contrataron!", "hired", ""),
        ("I got hired at Amazon Fontana.", "hired", "Amazon Fontana"),
        ("conseguí trabajo en Peña & Hijos", "hired", "Peña & Hijos"),
        ("hired", "hired", ""),
        ("they hired me but I quit", "", ""),
    ):
        assert (meaning.read(said).word, meaning.read(said).rest) == (word, whom), said
    assert "HIRED AT" in notices._found_work(cast.ana, "", cast.now)
    with transaction.atomic(), pytest.raises(Denied, match="Social Security"):
        notices._found_work(cast.ana, "Acme 123-45-6789", cast.now)
    assert "Peña" in notices._found_work(cast.ana, "Peña & Hijos", cast.now)
    assert Placement.objects.filter(employer_name="Peña & Hijos", declared_by="worker").count() == 1


def test_who_corrects_a_hire_reads_whose_it_is_while_the_name_is_shared(cast, hire, sign_in):
    page = reverse("placement_correct", args=[hire.public_id])
    assert cast.ana.full_name in sign_in(cast.elliot).get(page).text
    with override("es"):
        assert hire.get_wage_unit_display() == "por hora"
    cast.ana.consents.filter(purpose="contact").update(withdrawn_at=cast.now)
    hidden = sign_in(cast.elliot).get(page)
    assert hidden.status_code == 200
    assert cast.ana.full_name not in hidden.text

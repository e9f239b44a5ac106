"""Whose word a declared certificate waits for: the school that gave it, or the coordinators who ask the one that is not
here; what they see, and that they may say no."""

import hashlib

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts import assist
from accounts.models import Guardian, Membership, Organization, TraineeProfile
from accounts.policies import Denied
from accounts.record import erase, export
from ledger.models import Event
from matching import nightly, reasons
from notifications import words
from notifications.models import Notice, Task
from placements import missed
from placements.hires.policies import declaring_side
from placements.models import Referral
from programs import actions, confirmations
from programs.models import Certification, Confirmation, Credential
from programs.own_forms import DeclareForm
from tests.accounts.test_assist import SPOKEN

DECLARED = {"credential": "osha10", "issued_on": "2026-05-01"}


@pytest.fixture
def declare(cast, sign_in):
    """Ana writes down OSHA 10 and names who gave it."""

    def act(**said):
        return sign_in(cast.ana).post(reverse("certification_declare"), DECLARED | said)

    return act


@pytest.fixture
def center(cast):
    return str(cast.center.public_id)


def test_the_school_that_gave_it_hears_of_it_and_confirms(cast, declare, center, sign_in, settle, mailoutbox):
    declare(who=center)
    settle()
    (mail,) = (m for m in mailoutbox if m.to == [cast.priya.email])
    assert "OSHA 10" in mail.subject
    assert "Ana" not in mail.subject + mail.body
    priya, declared = sign_in(cast.priya), Certification.objects.get()
    page = priya.get(reverse("certification_list")).text
    assert "Ana Morales" in page
    assert cast.ana.email not in page
    assert reverse("assist", args=[cast.trainee.public_id]) not in page
    for _twice in range(2):
        answer = priya.post(reverse("certification_verify", args=[declared.public_id]), follow=True)
        assert "usa-alert--error" not in answer.text
    declared.refresh_from_db()
    assert (declared.state, declared.provider) == ("verified", cast.center)


def test_a_no_is_told_with_its_reason_as_a_no(cast, declare, center, sign_in, settle, mailoutbox):
    declare(who=center)
    no = reverse("certification_revoke", args=[Certification.objects.get().public_id])
    sign_in(cast.priya).post(no, {"reason": "Not in our books"})
    cast.ana.language = "en"
    cast.ana.save(update_fields=["language"])
    settle()
    mail = next(m for m in mailoutbox if m.to == [cast.ana.email])
    assert "Inland Trades Training Center did not confirm" in " ".join(mail.body.split())
    assert "Not in our books" in mail.body


def test_only_whom_she_chose_sees_it(cast, declare, center, sign_in):
    other = cast.organization("Another School", "school", "92335")
    cast.member(cast.willa, other)
    declare(who=center)
    verify = reverse("certification_verify", args=[Certification.objects.get().public_id])
    assert [sign_in(one).post(verify).status_code for one in (cast.willa, cast.carla)] == [404, 404]


def test_coordinators_say_what_the_school_told_them_not_that_they_saw_it(cast, declare, sign_in):
    declare(who="other", school="Welding School of Colton")
    carla = sign_in(cast.carla)
    carla.cookies["django_language"] = "en"
    page = carla.get(reverse("certification_list")).text
    assert "They gave it: confirm" in page
    assert "I saw it: confirm" not in page
    assert "our graduates" not in page


def test_the_form_asks_for_no_name_that_is_always_needed_or_never(cast, declare, sign_in):
    ana = sign_in(cast.ana)
    ana.cookies["django_language"] = "es"
    page = ana.get(reverse("certification_declare")).text
    assert page.count("(opcional)") == 1  # the date until which it holds
    assert "(solo en ese caso)" in page
    assert "---" not in page
    with override("es"):
        choices = DeclareForm(schools=[], coalition=None).fields["credential"].choices
        first = [str(name)[0] for _key, name in choices][1:]
    assert first == sorted(first)


def test_of_a_school_that_is_not_here_the_coordinators_ask(cast, declare, sign_in, settle):
    assert declare(who="other").status_code == 422
    declare(who="other", school="Welding School of Colton")
    asked = Confirmation.objects.get()
    assert (asked.organization, asked.school) == (cast.coalition, "Welding School of Colton")
    assert "Inland Coalition" in asked.wording
    assert Notice.objects.filter(user=cast.carla, kind="certificate_declared").exists()
    task = Task.objects.get(kind="certificate_call")
    carla = sign_in(cast.carla)
    assert "Welding School of Colton" in carla.get(reverse("task_list")).text
    assert "Welding School of Colton" in carla.get(reverse("certification_list")).text
    carla.post(reverse("certification_verify", args=[asked.certification.public_id]))
    declared, task = Certification.objects.get(), Task.objects.get(pk=task.pk)
    assert (declared.state, declared.provider, task.done_by) == ("verified", cast.coalition, cast.carla)


def test_a_facilitator_of_councils_confirms_nothing(cast, declare, sign_in):
    declare(who="other", school="Welding School of Colton")
    Membership.objects.filter(user=cast.carla).update(role="facilitator")
    verify = reverse("certification_verify", args=[Certification.objects.get().public_id])
    assert sign_in(cast.carla).post(verify).status_code == 404


def test_whoever_asked_nobody_asks_later_with_the_same_certificate(cast, declare, center):
    declare(who="nobody")
    assert not Confirmation.objects.exists()
    assert declare(who=center).status_code == 302
    assert Confirmation.objects.get().certification == Certification.objects.get()
    assert declare(who=center).status_code == 422


def test_what_is_taken_back_is_seen_by_nobody(cast, declare, sign_in):
    declare(who="other", school="Welding School of Colton")
    declared = Certification.objects.get()
    take_back = reverse("certification_unask"), {"certification": str(declared.public_id)}
    sign_in(cast.priya).post(*take_back)
    assert Confirmation.objects.exists()
    sign_in(cast.ana).post(*take_back)
    assert not Confirmation.objects.exists()
    assert Task.objects.get(kind="certificate_call").done_by == cast.ana
    assert "Ana Morales" not in sign_in(cast.carla).get(reverse("certification_list")).text


def test_what_is_shared_is_said_first_and_under_18_nothing_is(cast, sign_in, center, declare):
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse("certification_declare")).text
    assert "The people of the school you choose see your name, this certificate and its dates." in page
    assert "the coordinators of Inland Coalition see your name" in page
    cast.trainee.is_minor = True
    cast.trainee.save(update_fields=["is_minor"])
    assert declare(who=center).status_code == 422
    assert not Certification.objects.exists()


def test_nobody_gives_their_word_for_themselves(cast):
    cast.member(cast.ana, cast.center)
    declared = actions.declare(
        cast.trainee, Credential.objects.get(pk="osha10"), issued_on=cast.now.date(), expires_on=None, to=cast.center,
        by=cast.ana, at=cast.now,
    )  # fmt: skip
    with pytest.raises(Denied):
        actions.verify(declared, provider=cast.center, by=cast.ana, at=cast.now)


def test_it_is_in_the_copy_and_goes_with_the_person(cast, declare):
    declare(who="other", school="Welding School of Colton")
    assert "Welding School of Colton" in str(export.as_data(cast.ana, at=cast.now))
    erase.erase(cast.ana, at=cast.now)
    assert not Confirmation.objects.exists()
    assert not Task.objects.filter(kind="certificate_call").exists()


def test_no_two_wordings_go_by_the_same_number(cast):
    """Whoever changes what is shared raises VERSION and puts the new digest here."""
    with override("en"):
        said = confirmations.wording() + confirmations.wording(cast.coalition)
    assert (confirmations.VERSION, hashlib.sha256(said.encode()).hexdigest()[:16]) == ("confirm-1", "71032b1b1bd5335d")


@pytest.mark.parametrize("change", ["minor", "leaving", "inactive"])
def test_a_stranger_school_sees_nobody_under_18_and_nobody_who_leaves(cast, declare, center, sign_in, change):
    declare(who=center)
    declared = Certification.objects.get()
    if change == "minor":
        TraineeProfile.objects.update(is_minor=True)
        Guardian.objects.create(
            user=cast.ana, address="p@example.org", asked_at=cast.now, expires_at=cast.now, agreed_at=cast.now,
            withdrawn_at=cast.now,
        )  # fmt: skip
    elif change == "leaving":
        erase.ask(cast.ana, by=cast.ana, at=cast.now)
    else:
        type(cast.ana).objects.filter(pk=cast.ana.pk).update(is_active=False)
    priya = sign_in(cast.priya)
    assert "Ana Morales" not in priya.get(reverse("certification_list")).text
    assert priya.post(reverse("certification_verify", args=[declared.public_id])).status_code == 404


@pytest.fixture
def parent(cast):
    """Ana is under 18, and a parent agreed to words that name schools."""
    TraineeProfile.objects.update(is_minor=True)
    return Guardian.objects.create(
        user=cast.ana, address="p@example.org", asked_at=cast.now, expires_at=cast.now, agreed_at=cast.now,
        version="guardian-2",
    )  # fmt: skip


def test_under_18_a_school_is_asked_once_a_parent_agreed_to_that_and_reads_it_while_they_do(
    cast, declare, center, parent, sign_in
):
    assert center in sign_in(cast.ana).get(reverse("certification_declare")).text
    assert declare(who=center).status_code == 302
    declared, priya = Certification.objects.get(), sign_in(cast.priya)
    assert "Ana Morales" in priya.get(reverse("certification_list")).text
    for change in ({"version": "guardian-1"}, {"version": "guardian-2", "withdrawn_at": cast.now}):
        Guardian.objects.update(**change)
        assert "Ana Morales" not in priya.get(reverse("certification_list")).text
        assert priya.post(reverse("certification_verify", args=[declared.public_id])).status_code == 404
    Guardian.objects.update(withdrawn_at=None)
    assert priya.post(reverse("certification_verify", args=[declared.public_id])).status_code == 302
    declared.refresh_from_db()
    assert declared.state == "verified"


def test_a_school_is_to_be_called_only_while_the_parent_agrees(cast, declare, parent, sign_in):
    declare(who="other", school="Welding School of Colton")
    carla = sign_in(cast.carla)
    assert "Welding School of Colton" in carla.get(reverse("task_list")).text
    Guardian.objects.update(withdrawn_at=cast.now)
    assert "Welding School of Colton" not in carla.get(reverse("task_list")).text
    Guardian.objects.update(withdrawn_at=None)
    carla.post(reverse("certification_verify", args=[Certification.objects.get().public_id]))
    assert Task.objects.get(kind="certificate_call").done_by == cast.carla


@pytest.mark.parametrize("agreed", [False, True])
def test_under_18_no_school_is_offered_before_a_parent_agreed_to_words_that_name_schools(
    cast, declare, center, parent, sign_in, agreed
):
    Guardian.objects.update(version="guardian-1", agreed_at=cast.now if agreed else None)
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse("certification_declare")).text
    assert center not in page
    assert ("does not name schools" in page) == agreed
    assert reverse("guardian_ask") in page
    assert "ask it to write you down here" in page
    assert declare(who=center).status_code == 422
    assert declare(who="nobody").status_code == 302
    assert not Confirmation.objects.exists()


def test_whoever_acts_for_a_person_shows_their_name_to_no_school(cast, declare, center, sign_in):
    declare(who=center)
    cast.agree()
    cast.certify()
    nightly.rematch(at=cast.now)
    carla = sign_in(cast.carla)
    carla.post(reverse("assist", args=[cast.trainee.public_id]), SPOKEN)
    page = carla.get(reverse("certification_declare")).text
    assert "Ana" in page
    assert center not in page
    assert reverse("certification_unask") not in page
    later = DECLARED | {"issued_on": "2026-06-01"}
    for who in (center, "other"):
        said = carla.post(reverse("certification_declare"), later | {"who": who, "school": "Welding School"})
        assert said.status_code == 422
    assert carla.post(reverse("certification_declare"), later | {"who": "nobody"}).status_code == 302
    assert Confirmation.objects.count() == 1


def test_whoever_said_no_keeps_no_name_and_another_school_is_asked(cast, declare, center, sign_in, settle):
    declare(who=center)
    declared = Certification.objects.get()
    no = reverse("certification_revoke", args=[declared.public_id])
    priya = sign_in(cast.priya)
    priya.post(no, {"reason": "Not in our books"})
    assert not Confirmation.objects.exists()
    assert "Ana Morales" not in priya.get(reverse("certification_list")).text
    other = cast.organization("Another School", "school", "92335")
    cast.member(cast.willa, other)
    assert declare(who=str(other.public_id)).status_code == 302
    again = Certification.objects.get()
    assert (again.pk, again.state, again.revoked_reason, again.revoked_at) == (declared.pk, "recorded", "", None)
    assert Event.objects.filter(kind="certification.recorded", subject_id=declared.pk).count() == 2
    assert "Ana Morales" in sign_in(cast.willa).get(reverse("certification_list")).text
    sign_in(cast.willa).post(no, {"reason": "Nor in ours"})
    settle()
    told = Notice.objects.filter(user=cast.ana, kind="certificate_revoked")
    assert [notice.data["by"] for notice in told.order_by("pk")] == [cast.center.name, other.name]


def test_a_provider_that_is_not_verified_is_not_offered_and_confirms_nothing(cast, declare, center, sign_in):
    declare(who=center)
    declared = Certification.objects.get()
    Organization.objects.filter(pk=cast.center.pk).update(verified_at=None)
    assert center not in sign_in(cast.ana).get(reverse("certification_declare")).text
    sign_in(cast.priya).post(reverse("certification_verify", args=[declared.public_id]))
    declared.refresh_from_db()
    assert (declared.state, declared.provider) == ("recorded", None)


def test_whoever_is_no_longer_asked_confirms_nothing(cast, declare, center):
    declare(who=center)
    declared = Certification.objects.get()
    actions.unask(declared, by=cast.ana, at=cast.now)
    with pytest.raises(Denied):
        actions.verify(declared, provider=cast.center, by=cast.priya, at=cast.now)


def test_confirming_makes_nobody_the_provider_of_a_person(cast, declare, center, sign_in):
    declare(who=center)
    priya = sign_in(cast.priya)
    priya.post(reverse("certification_verify", args=[Certification.objects.get().public_id]))
    assert not declaring_side(cast.priya, cast.trainee)
    assert cast.center not in assist.bodies(cast.ana)
    assert reverse("assist", args=[cast.trainee.public_id]) not in priya.get(reverse("certification_list")).text
    declined = Referral.objects.create(
        trainee=cast.trainee, opening=cast.opening(), state="declined", reason="skill", hirer_answered_at=cast.now
    )
    assert not missed.providers_of(declined)
    assert not missed.listed([cast.center]).exists()
    cast.certify("aws_cw")
    assert missed.providers_of(declined) == [cast.center]
    assert missed.listed([cast.center]).get() == declined


def test_a_call_of_the_coordinators_reads_as_one(cast, declare, sign_in):
    declare(who="other", school="Welding School of Colton")
    sign_in(cast.carla).post(reverse("certification_verify", args=[Certification.objects.get().public_id]))
    declared = Certification.objects.get()
    with override("en"):
        assert declared.get_level_display() == "confirmed by phone, by the coordinators"
        gate = {
            "name": "credential", "state": "met", "credentials": ["osha10"], "credential": "osha10", "note": "",
            "level": declared.level, "by": declared.provider.name, "until": None,
        }  # fmt: skip
        (reason,) = reasons.explain([gate])
    assert reason.source == "Confirmed by phone, by the coordinators of Inland Coalition"


def test_a_no_says_not_confirmed_everywhere_and_whom_to_ask(cast, declare, center, sign_in):
    declare(who=center)
    actions.revoke(Certification.objects.get(), reason="Not on our list", by=cast.priya, at=cast.now)
    ana = sign_in(cast.ana)
    ana.cookies["django_language"] = "en"
    assert "not confirmed" in ana.get(reverse("trainee_home")).text
    happened = ana.get(reverse("my_timeline")).text
    assert "did not confirm a certificate: OSHA 10." in happened
    assert "took a certificate back" not in happened
    said = " ".join(words.message(Notice.objects.get(kind="certificate_revoked"), "en").paragraphs)
    assert f"A coordinator can help you, too: {cast.carla.full_name} of Inland Coalition" in said


def test_what_was_confirmed_and_taken_back_says_so(cast, sign_in):
    actions.revoke(cast.certify(), reason="Issued to another person", by=cast.priya, at=cast.now)
    ana = sign_in(cast.ana)
    ana.cookies["django_language"] = "en"
    assert "took a certificate back" in ana.get(reverse("my_timeline")).text
    assert "not confirmed" not in ana.get(reverse("trainee_home")).text


def test_the_person_reads_whether_who_looked_taught_them_or_was_asked(cast, declare, center, sign_in):
    declare(who=center)
    sign_in(cast.priya).get(reverse("certification_list"))
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse("seen_list")).text
    assert "Saw a certificate of yours that you asked them to confirm" in page
    assert "as your training provider" not in page
    cast.certify()
    sign_in(cast.priya).get(reverse("certification_list"))
    assert "as your training provider" in browser.get(reverse("seen_list")).text

"""Joining, changing, leaving: dated, checked on every request, and never without somebody who can invite."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Invitation, Membership, User
from accounts.organizations import invitations, memberships, reviews
from accounts.policies import Denied, organizations_of
from ledger.lifecycle import IllegalStep
from ledger.models import Event
from notifications import acting
from notifications.models import Task
from notifications.outbox import send_due

WEEK = timedelta(days=7)


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def shop(cast):
    """Rialto Steel with Elliot as administrator."""
    cast.elliots = cast.elliot.memberships.get()
    cast.elliots.role = Membership.Role.ADMIN
    cast.elliots.save()
    return cast.shop


@pytest.fixture
def willas(cast, shop):
    """Willa acts for the shop, too."""
    return cast.member(cast.willa, shop)


def url(name, shop, *more):
    return reverse(name, args=[shop.public_id, *more])


def join_by_mail(client, address: str, back: str) -> None:
    """Make an account with this address as a newcomer does, and type the code that reaches it."""
    door = f"{reverse('account_signup')}?{urlencode({'next': back})}"
    client.post(door, {"email": address, "full_name": "Nueva Luz"})
    send_due()
    letter = next(m for m in reversed(mail.outbox) if m.to == [address] and "invit" not in m.subject)
    code = re.search(r"\b(?:[A-Z]{4}-[A-Z]{4}|[A-Z0-9]{3}-[A-Z0-9]{3}|\d{6})\b", letter.body)[0]
    client.post(reverse("account_email_verification_sent"), {"code": code})


def invite(cast, shop, email="willa@throughline.example", **more):
    return invitations.invite(shop, email=email, role="staff", by=fresh(cast.elliot), at=cast.now, **more)


# --- Invitations ------------------------------------------------------------------------------------------------------
def test_an_invitation_goes_out_by_letter_and_works_once(cast, shop, sign_in, settle):
    elliot, willa = sign_in(cast.elliot), sign_in(cast.willa)
    typed = {"email": "Willa@throughline.example ", "role": "staff", "language": "es"}
    assert "on its way" in elliot.post(url("organization_people", shop), typed, follow=True).text
    settle()
    letter = next(m for m in mail.outbox if m.to == ["willa@throughline.example"])
    assert letter.subject == "Rialto Steel invites you to Throughline"  # Willa is known here, and reads English
    link = next(word for word in letter.body.split() if "/invitations/" in word)
    path = link.partition("8000")[2]
    assert "Elliot Park" in letter.body
    page = willa.get(path)
    assert "Rialto Steel asks you" in page.text
    assert not organizations_of(fresh(cast.willa))  # looking changes nothing: mail scanners look
    assert "You act for Rialto Steel now" in willa.post(path, follow=True).text
    assert organizations_of(fresh(cast.willa)) == [shop]
    again = willa.post(path, follow=True)
    assert again.status_code == 410
    assert "accepted already" in again.text
    kinds = list(Event.objects.filter(subject_type="organization").values_list("kind", "organization_id"))
    assert kinds == [("invitation.accepted", shop.pk), ("invitation.made", shop.pk)]


def test_a_stranger_gets_the_letter_in_the_language_chosen_for_them(cast, shop, settle):
    invite(cast, shop, "nueva@throughline.example", language="es")
    settle()
    letter = next(m for m in mail.outbox if m.to == ["nueva@throughline.example"])
    assert "Mire la invitación" in letter.body


def test_the_link_is_for_one_address_and_says_so_to_whoever_else_has_it(cast, shop, sign_in, client):
    path = reverse("invitation", args=[invitations.token_of(invite(cast, shop))])
    assert "Sign in with willa@throughline.example" in client.get(path).text
    assert client.post(path).headers["Location"].startswith(reverse("account_login"))
    rhea = sign_in(cast.rhea)
    assert "another address" in rhea.get(path).text
    assert "is for willa@throughline.example" in rhea.post(path, follow=True).text
    assert not Membership.objects.filter(user=cast.rhea, organization=shop).exists()
    assert client.get(reverse("invitation", args=["0" * 32 + ".signature"])).status_code == 404
    assert client.get(reverse("invitation", args=[str(Invitation.objects.get().public_id)])).status_code == 404


def test_an_address_that_was_not_confirmed_accepts_nothing(cast, shop):
    made = invite(cast, shop, "rhea@throughline.example")
    with pytest.raises(Denied, match="Sign in with that address"):
        invitations.accept(made, by=cast.rhea, at=cast.now)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda c, i: invitations.revoke(i, by=fresh(c.elliot), at=c.now), "taken back"),
        (lambda c, i: Invitation.objects.update(expires_at=c.now), "more than a week"),
        (lambda c, i: c.elliot.memberships.update(role="staff"), "may no longer do so"),
        (lambda c, i: c.elliot.memberships.update(ends_on=date(2026, 11, 1)), "may no longer do so"),
        (lambda c, i: User.objects.filter(pk=c.elliot.pk).update(is_active=False), "may no longer do so"),
        (lambda c, i: c.elliot.delete(), "may no longer do so"),
    ],
    ids=["revoked", "old", "demoted", "gone", "closed", "erased"],
)
def test_what_the_one_who_invited_may_is_asked_again_when_it_is_accepted(cast, shop, sign_in, spoil, said):
    made = invite(cast, shop)
    spoil(cast, made)
    with pytest.raises(IllegalStep, match=said):
        invitations.accept(made, by=cast.willa, at=cast.now)
    page = sign_in(cast.willa).get(reverse("invitation", args=[invitations.token_of(made)]))
    assert page.status_code == 410
    assert said in page.text
    assert not organizations_of(fresh(cast.willa))


def test_an_invitation_stands_for_a_week(cast, shop):
    made = invite(cast, shop)
    assert made.expires_at - made.created_at == WEEK
    with pytest.raises(IllegalStep, match="more than a week"):
        invitations.accept(made, by=cast.willa, at=cast.now + WEEK)


def test_a_second_invitation_replaces_the_first_and_one_taken_back_is_not_sent(cast, shop, settle):
    first, second = invite(cast, shop), invite(cast, shop)
    first.refresh_from_db()
    assert first.revoked_at
    assert invitations.revoke(second, by=fresh(cast.elliot), at=cast.now)
    assert not invitations.revoke(second, by=fresh(cast.elliot), at=cast.now)
    settle()
    assert not [m for m in mail.outbox if m.to == ["willa@throughline.example"]]


def test_only_administrators_and_coordinators_invite(cast, shop, willas):
    for who in (cast.willa, cast.rhea, cast.ana):
        with pytest.raises(Denied, match="administrators"):
            invitations.invite(shop, email="x@throughline.example", role="admin", by=fresh(who), at=cast.now)
    assert invitations.invite(shop, email="x@throughline.example", role="admin", by=fresh(cast.carla), at=cast.now)
    with pytest.raises(Denied, match="already"):
        invitations.invite(shop, email=cast.willa.email, role="staff", by=fresh(cast.elliot), at=cast.now)
    with pytest.raises(Denied, match="no such role"):
        invitations.invite(shop, email="y@throughline.example", role="facilitator", by=fresh(cast.elliot), at=cast.now)


def test_nobody_writes_to_half_the_town(cast, shop, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_OPEN", 2)
    for number in range(2):
        invite(cast, shop, f"one{number}@throughline.example")
    with pytest.raises(Denied, match="Too many"):
        invite(cast, shop, "three@throughline.example")


def test_a_newcomer_makes_an_account_and_comes_back_to_the_invitation(cast, shop, client, settle):
    made = invite(cast, shop, "nueva@throughline.example")
    path = reverse("invitation", args=[invitations.token_of(made)])
    join_by_mail(client, "nueva@throughline.example", path)
    assert client.get(path).context["mine"]
    client.post(path)
    assert Membership.objects.current().get(organization=shop, role="staff").user.email == "nueva@throughline.example"


# --- Leaving ----------------------------------------------------------------------------------------------------------
def test_an_end_bites_on_the_next_request(cast, shop, willas, sign_in):
    willa, elliot = sign_in(cast.willa), sign_in(cast.elliot)
    assert willa.get(reverse("hirer_home")).status_code == 200
    page = elliot.post(url("membership", shop, willas.public_id), {"then": "end"}, follow=True)
    assert "from this moment" in page.text
    assert willa.get(reverse("hirer_home")).status_code == 403
    assert willa.get(url("organization", shop)).status_code == 404
    willas.refresh_from_db()
    assert (willas.ended_at is not None, willas.ends_on) == (True, timezone.localdate())
    assert elliot.post(url("membership", shop, willas.public_id), {"then": "end"}).status_code == 404


def test_who_came_and_went_on_one_day_can_come_again(cast, shop):
    for _time in range(2):
        memberships.end(
            invitations.accept(invite(cast, shop), by=cast.willa, at=cast.now), by=fresh(cast.willa), at=cast.now
        )
    assert Membership.objects.filter(user=cast.willa).count() == 2


def test_it_begins_and_ends_with_the_regions_day_whichever_clock_somebody_reads(cast, shop):
    asked = invite(cast, shop)
    with timezone.override("Asia/Tokyo"):  # where it is tomorrow already
        made = invitations.accept(asked, by=cast.willa, at=cast.now)
        assert organizations_of(fresh(cast.willa)) == [shop]
    assert organizations_of(fresh(cast.willa)) == [shop]
    made.ends_on = made.starts_on
    made.save()
    with timezone.override("Asia/Tokyo"):  # the last day is not over here
        assert organizations_of(fresh(cast.willa)) == [shop]


def test_a_coordinator_moves_somebody_and_nobody_else_does(cast, shop, willas, sign_in):
    where, to = url("membership", shop, willas.public_id), {"then": "move", "to": cast.rival.public_id}
    assert "Choose another organization" in sign_in(cast.elliot).post(where, to, follow=True).text
    assert organizations_of(fresh(cast.willa)) == [shop]
    carla = sign_in(cast.carla)
    assert "Corona Metal" in carla.get(where).text
    assert "Moved to Corona Metal" in carla.post(where, to, follow=True).text
    assert organizations_of(fresh(cast.willa)) == [cast.rival]


def test_the_last_administrator_hands_over(cast, shop, willas, sign_in):
    elliot = sign_in(cast.elliot)
    mine = url("membership", shop, cast.elliots.public_id)
    page = elliot.post(mine, {"then": "end"}, follow=True)
    assert "would have no administrator" in page.text
    assert "Hand over and leave" in page.text
    assert "would have no administrator" in elliot.post(mine, {"then": "save", "role": "staff"}, follow=True).text
    elliot.post(mine, {"then": "hand", "successor": willas.public_id})
    willas.refresh_from_db()
    assert willas.is_admin
    assert not organizations_of(fresh(cast.elliot))


def test_where_nobody_follows_the_coalition_is_asked_and_knows_when_it_is_done(cast, shop, sign_in, settle):
    memberships.end(cast.elliots, by=fresh(cast.elliot), at=cast.now)
    settle()
    task = Task.objects.get(kind="no_administrator")
    assert (task.owner, task.organization, task.about_id) == (None, None, shop.pk)
    page = sign_in(cast.carla).get(reverse("task_list") + "?list=ours")
    assert "Rialto Steel has no administrator" in page.text
    made = invitations.invite(shop, email=cast.willa.email, role="admin", by=fresh(cast.carla), at=cast.now)
    invitations.accept(made, by=cast.willa, at=cast.now)
    settle()
    task.refresh_from_db()
    assert task.done_at


def test_a_coordinator_lets_the_last_one_go_and_has_the_task(cast, shop, willas, settle):
    memberships.end(cast.elliots, by=fresh(cast.carla), at=cast.now)
    settle()
    assert Task.objects.filter(kind="no_administrator").count() == 1


def test_two_administrators_who_let_each_other_go_leave_one_behind(cast, shop, willas):
    Membership.objects.filter(pk=willas.pk).update(role="admin")
    as_elliot, as_willa = fresh(cast.elliot), fresh(cast.willa)
    organizations_of(as_willa)  # what Willa's request knew before
    memberships.change(willas, role="staff", by=as_elliot, at=cast.now)
    with pytest.raises(Denied, match="administrators"):
        memberships.change(cast.elliots, role="staff", by=as_willa, at=cast.now)


def test_a_last_day_and_a_closed_account_are_noticed_by_the_calendar(cast, shop, willas):
    Membership.objects.filter(pk=willas.pk).update(role="admin")
    again = Membership.objects.get(pk=willas.pk)
    memberships.change(again, role="admin", last_day=date(2026, 12, 1), by=fresh(cast.elliot), at=cast.now)
    User.objects.filter(pk=cast.elliot.pk).update(is_active=False)
    assert not _asked(cast.now, "no_administrator", shop)
    Membership.objects.filter(pk=willas.pk).update(ends_on=date(2026, 11, 23))
    assert _asked(cast.now, "no_administrator", shop)


def _asked(at, kind, organization) -> bool:
    from notifications.tasks import look_after

    look_after()
    return Task.objects.filter(kind=kind, about_id=organization.pk, done_at=None).exists()


# --- Several organizations --------------------------------------------------------------------------------------------
def test_who_acts_for_several_sees_for_which_and_changes_it(cast, shop, sign_in):
    cast.member(cast.elliot, cast.rival)
    elliot = sign_in(cast.elliot)
    assert "You act for <strong>Rialto Steel</strong>" in elliot.get("/openings/").text
    page = elliot.post(url("organization_act", cast.rival), {"next": "/openings/?q=x"}, follow=True)
    assert page.request["PATH_INFO"] == "/openings/"
    assert "You act for <strong>Corona Metal</strong>" in page.text
    assert elliot.post(url("organization_act", cast.hall)).status_code == 404
    for nowhere in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "nowhere", "home"):
        away = elliot.post(url("organization_act", shop), {"next": nowhere})
        assert away.headers["Location"] == reverse("start")


def test_what_is_done_without_naming_an_organization_is_stamped_with_the_chosen_one(cast, sign_in):
    cast.member(cast.carla, cast.center)
    cast.agree()
    sign_in(cast.carla).post(reverse("person_take", args=[cast.trainee.public_id]))
    assert Event.objects.get(kind="person.taken").organization_id == cast.coalition.pk
    memberships.act_for(cast.center, by=cast.carla, at=cast.now)
    cast.trainee.coordinator = None
    cast.trainee.save()
    sign_in(cast.carla).post(reverse("person_take", args=[cast.trainee.public_id]))
    assert Event.objects.filter(kind="person.taken").first().organization_id == cast.center.pk


def test_what_somebody_does_about_themselves_is_done_for_nobody(cast, sign_in):
    cast.member(cast.ana, cast.center)
    sign_in(cast.ana).post(reverse("consent_match", args=["yes"]))
    assert Event.objects.get(kind="consent.given").organization_id is None


def test_a_facilitator_acts_for_the_coalition_and_is_no_coordinator(cast, sign_in):
    cast.carla.memberships.update(role="facilitator")
    carla = sign_in(cast.carla)
    assert carla.get(reverse("board")).status_code == 403
    assert carla.get(reverse("organization_list")).status_code == 403
    assert carla.get(url("organization", cast.shop)).status_code == 404
    assert carla.get(url("organization", cast.coalition)).status_code == 200


# --- The look every quarter -------------------------------------------------------------------------------------------
def test_every_quarter_the_administrators_are_asked_and_the_answer_is_kept(cast, shop, willas, sign_in, settle):
    assert _asked(cast.now, "access_review", shop)
    task = Task.objects.get(kind="access_review", organization=shop)
    assert acting.look_after(at=cast.now) == 0  # once
    elliot = sign_in(cast.elliot)
    page = elliot.get(task.path)
    assert "Willa Brooks" in page.text
    half = {f"person-{cast.elliots.public_id}": "stay"}
    assert "for each person" in elliot.post(task.path, half).text
    elliot.post(task.path, half | {f"person-{willas.public_id}": "go"})
    settle()
    task.refresh_from_db()
    assert task.done_by == cast.elliot
    assert [m.user for m in reviews.listed(shop)] == [cast.elliot]
    event = Event.objects.get(kind="organization.reviewed")
    assert event.facts == {"kept": [cast.elliot.pk], "ended": [cast.willa.pk]}
    shop.refresh_from_db()
    assert reviews.due_on(shop) == date(2026, 11, 24) + reviews.EVERY
    assert not _asked(cast.now, "access_review", shop)


def test_a_look_that_leaves_no_administrator_or_misses_somebody_changes_nothing(cast, shop, willas):
    Membership.objects.filter(pk=willas.pk).update(role="admin")
    with pytest.raises(Denied, match="list changed"):
        reviews.review(shop, stay={cast.elliots.pk}, go=set(), by=fresh(cast.elliot), at=cast.now)
    with pytest.raises(Denied, match="your own line"):
        reviews.review(shop, stay={willas.pk}, go={cast.elliots.pk}, by=fresh(cast.elliot), at=cast.now)
    with pytest.raises(Denied, match="administrators"):
        reviews.review(shop, stay={willas.pk, cast.elliots.pk}, go=set(), by=fresh(cast.rhea), at=cast.now)
    assert len(reviews.listed(shop)) == 2

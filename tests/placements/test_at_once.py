"""Many people at the same moment, each in a connection of their own: one seat, one hire, and nobody waits for ever."""

import threading

import pytest
from django.db import connection, connections, transaction

from accounts import consents
from accounts.models import TraineeProfile, User
from accounts.policies import Denied
from ledger.handoffs import drain
from ledger.lifecycle import IllegalStep
from matching import nightly
from matching.models import Match
from placements import actions
from placements.models import Pace, Placement, Referral
from tests import copied


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """In the place of the tests' own: a copy in which commits stay."""
    with django_db_blocker.unblock(), copied.database("once"):
        yield


def at_once(works) -> tuple[list, list]:
    """Do all of these from the same moment on; what came out, and what was refused. Anything else is a failure."""
    done, refused, broken, gate = [], [], [], threading.Barrier(len(works))

    def run(work):
        try:
            connection.ensure_connection()
            gate.wait(30)
            done.append(work())
        except (Denied, IllegalStep) as no:
            refused.append(no)
        except BaseException as error:  # a deadlock above all
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not broken
    assert not any(thread.is_alive() for thread in threads)
    return done, refused


def test_fifty_claims_of_the_last_seat_and_a_person_of_two_minds_end_without_a_deadlock(cast):
    cast.agree()
    with transaction.atomic():
        cast.certify()
    seat, other = cast.opening(seats=1), cast.opening(cast.rival, zip="92879")
    emails = [f"person{n}@throughline.example" for n in range(50)]
    users = User.objects.bulk_create([User(email=email, full_name="A Person") for email in emails])
    people = TraineeProfile.objects.bulk_create([TraineeProfile(user=user, zip="92335") for user in users])
    step = {"owner": cast.elliot, "due_on": cast.now.date(), "state": "seen", "sent_at": cast.now}
    # In both orders, so that who locks them as they come meets who locks them the other way round.
    rows = [Referral(trainee=person, opening=opening, **step) for opening in (seat, other) for person in people]
    Referral.objects.bulk_create(rows[:50] + rows[:49:-1])
    mine = list(Referral.objects.filter(opening=seat))
    done, refused = at_once([lambda one=one: actions.respond(one, "hire", by=cast.elliot, at=cast.now) for one in mine])
    assert (len(done), len(refused)) == (1, 49)
    assert Placement.objects.count() == 1
    assert Referral.objects.filter(opening=seat, state="closed", reason="filled").count() == 49
    assert Referral.objects.filter(opening=other, state="closed", reason="elsewhere").count() == 1
    # One yes pressed many times, too.
    nightly.rematch(at=cast.now, quiet=True)
    match = Match.objects.get(trainee=cast.trainee, opening=other)
    done, refused = at_once([lambda: actions.say_yes(match, by=cast.ana, at=cast.now)] * 12)
    assert (len({one.pk for one in done}), refused) == (1, [])
    # Yes and taken back, again and again, while people are called up and others are hired.
    with transaction.atomic():
        Pace.objects.create(organization=cast.rival, weekly=3)
    Referral.objects.filter(opening=other, trainee__in=people[:6], state="seen").update(state="queued", sent_at=None)
    yes = done[0]
    other.seats = 60
    other.save(update_fields=["seats"])
    theirs = list(Referral.objects.filter(opening=other, state="queued"))
    pace = Pace.objects.get()
    for _again in range(2):
        works = [lambda: actions.say_yes(match, by=cast.ana, at=cast.now)] * 4
        works += [lambda: actions.withdraw(yes, by=cast.ana, at=cast.now)] * 4
        works += [lambda: actions.call_up(pace, at=cast.now), lambda: drain("placements")]
        works += [lambda: actions.respond(theirs.pop(), "hire", by=cast.rhea, at=cast.now)] * 2
        at_once(works)
        # Whichever came last: the contact is shared exactly while the yes stands.
        said = Referral.objects.get(trainee=cast.trainee, opening=other).state
        assert consents.agreed(cast.ana, "contact", other) is (said in Referral.OPEN), said
    assert Referral.objects.filter(trainee=cast.trainee, opening=other).count() == 1

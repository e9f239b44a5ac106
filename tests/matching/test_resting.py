"""Whoever found work is on no list until they look again; everybody else moves up."""

from django.db import transaction

from accounts import seeking
from ledger.models import Event
from matching import live, nightly, queries
from matching.models import Match


def test_who_found_work_is_suggested_nothing_until_they_look_again(cast, settle):
    cast.agree()
    opening = cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    assert Match.objects.get().state == "fits"
    with transaction.atomic():
        assert seeking.rest(cast.trainee, by=cast.elliot, at=cast.now)
        assert not seeking.rest(cast.trainee, by=cast.elliot, at=cast.now)  # twice is once
    settle()
    assert Match.objects.get().state == "ended"
    assert queries.of_trainee(cast.trainee) == ([], [])
    assert live.passing(opening.pk, cast.now.date()) == []
    assert nightly.rematch(at=cast.now).none  # the night finds nothing that was missed
    with transaction.atomic():
        seeking.look(cast.trainee, by=cast.ana, at=cast.now)
    settle()
    assert Match.objects.get().state == "fits"
    kinds = Event.objects.filter(kind__startswith="profile.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["profile.rested", "profile.looking"]

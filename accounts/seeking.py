"""Whether a person looks for work. Who found some is suggested no openings, unless they say that they still look."""

from ledger.log import record

from .models import TraineeProfile


def rest(trainee: TraineeProfile, *, by, at, organization=None) -> bool:
    """The person found work; they are on no list from now on. Says whether that is news. Inside the transaction."""
    return _set(trainee, False, by=by, at=at, organization=organization)


def look(trainee: TraineeProfile, *, by, at, organization=None) -> bool:
    """The person looks for work (again), so openings are looked for. Says whether that is news."""
    return _set(trainee, True, by=by, at=at, organization=organization)


def _set(trainee, looking: bool, *, by, at, organization) -> bool:
    changed = TraineeProfile.objects.filter(pk=trainee.pk).exclude(looking=looking).update(looking=looking)
    if changed:
        kind = "profile.looking" if looking else "profile.rested"
        record(kind, trainee, by=by, at=at, organization=organization, trainee=trainee.pk)
    trainee.looking = looking
    return bool(changed)

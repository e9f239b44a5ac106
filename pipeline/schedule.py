"""Every periodic job, each with the sentence that explains it. Beat only wakes; PostgreSQL remembers what is due.

Beat runs in UTC, where no hour is skipped or repeated; what follows a wall clock (the end of a day, three in the
morning, the digest at seven) is asked for often and decided by the job itself. Twice the bell is no double work, and no
bell at all is no harm either: see ledger.turns and pipeline.watch.
"""

from datetime import timedelta

from celery.schedules import crontab

HALF_MINUTE, QUARTER = timedelta(seconds=30), timedelta(minutes=15)
# What a new day changes is looked for on the quarter hour, so at midnight at once: until its job ran, a person whose
# certificate ended with the day is on no list.
EVERY_QUARTER, EVERY_HOUR = crontab(minute="*/15"), crontab(minute="7")

# name: (function, how often, rung how, more about it)
_JOBS = {
    # The bell may have been missed (broker away, worker killed): look for work that waits.
    "sweep-handoffs": ("ledger.tasks.sweep", HALF_MINUTE, 30, {}),
    # The same for messages: due, stuck or waiting for a digest.
    "sweep-outbox": ("notifications.tasks.sweep", HALF_MINUTE, 30, {"queue": "mail"}),
    # And for matches: whoever made them tells of them, unless it was cut off in between.
    "tell-of-matches": ("matching.tasks.tell_waiting", HALF_MINUTE, 30, {}),
    # Why the latest matches belong together, in gates and their sources; who reads sooner gets them worked out at once.
    "write-reasons": ("matching.tasks.write_reasons", HALF_MINUTE, 30, {"lease": QUARTER}),
    # A certification that ended yesterday wakes matching today.
    "expire-certifications": ("programs.tasks.expire", QUARTER, EVERY_QUARTER, {"lease": QUARTER}),
    # An opening whose window ended closes itself, and matching hears of it.
    "close-openings": ("openings.tasks.close_past", QUARTER, EVERY_QUARTER, {"lease": QUARTER}),
    # Whose answer is due is reminded, and at the end of the ladder a coordinator takes over.
    "remind-hirers": ("placements.tasks.remind", QUARTER, EVERY_QUARTER, {"lease": QUARTER}),
    # So are schools that were asked for a place or for their word, until coordinators ask them.
    "remind-schools": ("programs.tasks.remind", QUARTER, EVERY_QUARTER, {"lease": QUARTER}),
    # Who waits in order is put before an employer or hall when its week has room again.
    "call-up": ("placements.tasks.call_up", QUARTER, EVERY_QUARTER, {"lease": QUARTER}),
    # An opening whose first day has come can be matched from then on.
    "open-openings": ("openings.tasks.open_windows", QUARTER, EVERY_QUARTER, {"lease": QUARTER}),
    # What was published with words that would be refused today: its poster is told, coordinators see to it.
    "look-at-words": ("openings.tasks.look_at_words", timedelta(days=1), EVERY_HOUR, {"lease": QUARTER}),
    # Both sides of a hire are asked after 30, 90, 180 and 365 days if the work goes on; silence becomes a task.
    "check-in": ("placements.hires.tasks.check_in", timedelta(days=1), EVERY_HOUR, {"lease": QUARTER}),
    # Sheets that were only looked at, and the text of refused rows, do not stay.
    "forget-sheets": ("imports.tasks.forget", timedelta(days=1), EVERY_HOUR, {"lease": QUARTER}),
    # Who asked to be erased seven days ago is; who looked at whom three years ago is forgotten.
    "tidy-records": ("accounts.tasks.tidy", timedelta(hours=1), EVERY_HOUR, {"lease": QUARTER}),
    # Testimony leaves its box, unfinished steps find the next agenda, figures are read, old papers ask their owner.
    "tend-councils": ("councils.daily.tend", timedelta(days=1), EVERY_HOUR, {"lease": QUARTER}),
    # Whoever came onto the coordinators' board unnoticed has a row on it, and no row stands unread for half a day.
    "look-at-board": ("placements.boards.tasks.look_again", QUARTER, 300, {"lease": QUARTER}),
    # What the page of the measures opens on is counted before anybody waits for it.
    "look-at-measures": ("placements.measures.tasks.look_ahead", timedelta(minutes=5), 300, {"lease": QUARTER}),
    # Reminders asked for on a board leave a minute later, unless somebody undid them.
    "send-board-reminders": ("placements.boards.tasks.remind", HALF_MINUTE, 30, {}),
    # Codes and text messages do not stay.
    "forget-texts": ("notifications.sms.forgetting.forget", timedelta(days=1), EVERY_HOUR, {"lease": QUARTER}),
    # A membership ran out, an account was closed, a quarter is over: somebody is asked to look after the organization.
    "look-after-organizations": ("notifications.tasks.look_after", timedelta(days=1), EVERY_HOUR, {"lease": QUARTER}),
    # Done handoffs, ended sessions, used codes: what only served the moment does not stay.
    "forget-old": ("pipeline.tasks.forget", timedelta(days=1), EVERY_HOUR, {"lease": QUARTER}),
    # Once a night everything is matched again; it must change nothing when nothing was missed. One that was cut off is
    # made up for by a later bell of the same night.
    "rematch-everything": (
        "matching.tasks.rematch_nightly",
        timedelta(hours=1),
        EVERY_HOUR,
        {"lease": timedelta(minutes=50), "limit": timedelta(hours=2)},
    ),
}


def jobs() -> dict:
    """The jobs by name, as ledger.turns takes them. Not at import: the settings need this module first."""
    from ledger.turns import Job

    return {name: Job(name, task, every, **more) for name, (task, every, _rung, more) in _JOBS.items()}


# A bell that nobody heard in time is thrown away by the broker, so that a worker that comes back is not met by a heap.
BEAT_SCHEDULE = {
    name: {
        "task": "pipeline.tasks.turn",
        "kwargs": {"job": name},
        "schedule": rung,
        "options": {
            "queue": more.get("queue", "celery"),
            "expires": max(every, timedelta(minutes=1)).total_seconds(),
            "time_limit": more.get("limit", timedelta(minutes=10)).total_seconds(),
        },
    }
    for name, (_task, every, rung, more) in _JOBS.items()
}

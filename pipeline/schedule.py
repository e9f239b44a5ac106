"""Every periodic job, each with the sentence that explains it. Beat only wakes; PostgreSQL remembers what is due."""

from celery.schedules import crontab

# What a new day changes is looked for on the quarter hour, so at midnight at once: until its job ran, a person whose
# certificate ended with the day is on no list.
BEAT_SCHEDULE = {
    # The bell may have been missed (broker away, worker killed): look for work that waits.
    "sweep-handoffs": {"task": "ledger.tasks.sweep", "schedule": 30},
    # The same for messages: due, stuck or waiting for a digest.
    "sweep-outbox": {"task": "notifications.tasks.sweep", "schedule": 30},
    # A certification that ended yesterday wakes matching today.
    "expire-certifications": {"task": "programs.tasks.expire", "schedule": crontab(minute="*/15")},
    # An opening whose window ended closes itself, and matching hears of it.
    "close-openings": {"task": "openings.tasks.close_past", "schedule": crontab(minute="*/15")},
    # An opening whose first day has come can be matched from then on.
    "open-openings": {"task": "openings.tasks.open_windows", "schedule": crontab(minute="*/15")},
    # Sheets that were only looked at, and the text of refused rows, do not stay.
    "forget-sheets": {"task": "imports.tasks.forget", "schedule": 24 * 60 * 60},
    # Once a night everything is matched again; it must change nothing when nothing was missed.
    "rematch-everything": {"task": "matching.tasks.rematch_nightly", "schedule": 60 * 60},
}

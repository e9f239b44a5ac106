"""The measures others may show and bind themselves to (ledger/figures.py): registered when the room starts."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from ledger.figures import EMPLOYER, PROVIDER, REGION, Figure, Indicator, publish

from . import headline

STAFF_VERIFIED = _("Verified by staff, not matched with wage records.")


def _typical(step: str, *, since, until, scope) -> Figure:
    found = headline.days_to(step, since, until, scope.organization)
    if not found.people:
        return Figure.none()
    return Figure.typical(found.median, found.people) if found.median is not None else Figure.none()


def _share(found: headline.Share) -> Figure:
    return Figure.share(found.part, found.whole)


def _answered(*, since, until, scope) -> Figure:
    return _share(headline.answered(since, until, scope.organization))


def _local(*, since, until, scope) -> Figure:
    return _share(headline.local(since, until, scope))


def _retained(days: int, *, since, until, scope) -> Figure:
    return _share(headline.retained(days, since, until, scope))


DAYS_TO_ANSWER = publish(
    Indicator(
        key="days-to-first-answer",
        name=_("Days from certificate to first answer"),
        definition=_(
            "The median days (half take fewer, half more) from a person’s first verified certificate here to the "
            "first answer of an employer or hall, over everybody whose first certificate was verified in the time. "
            "Who still waits counts as waiting for as long as they have (Kaplan-Meier); no number is given while more"
            " than half do. Who had an answer before that certificate is left out."
        ),
        unit="days",
        better="down",
        compute=partial(_typical, "answered"),
        scopes=(REGION, PROVIDER),
        months=3,
    )
)
DAYS_TO_HIRE = publish(
    Indicator(
        key="days-to-hire",
        name=_("Days from certificate to hire"),
        definition=_(
            "The median days (half take fewer, half more) from a person’s first verified certificate here to their "
            "first hire, over everybody whose first certificate was verified in the time. Who still waits counts as "
            "waiting for as long as they have (Kaplan-Meier); no number is given while more than half do. Who was "
            "hired before that certificate is left out."
        ),
        unit="days",
        better="down",
        compute=partial(_typical, "hired"),
        scopes=(REGION, PROVIDER),
        months=6,
    )
)
ANSWERED = publish(
    Indicator(
        key="answered-in-7-days",
        name=_("Answered within 7 days"),
        definition=_(
            "Of the yeses that came before an employer or hall in the time and whose seven days are over, the share "
            "that had an interview, an offer, a hire, a not now or a no by then. Having looked is no answer. A yes "
            "that was taken back or ended before an answer is left out."
        ),
        unit="percent",
        better="up",
        compute=_answered,
        scopes=(REGION, EMPLOYER),
        months=3,
    )
)
LOCAL = publish(
    Indicator(
        key="hired-locally",
        name=_("Hired locally"),
        definition=_(
            "Of the hires that began in the time and for which a rule says what is local, the share whose home was "
            "local on the day of the hire. Which rule applied is kept with each hire and never changed."
        ),
        unit="percent",
        better="up",
        compute=_local,
        scopes=(REGION, PROVIDER, EMPLOYER),
        months=6,
    )
)
RETAINED = {
    days: publish(
        Indicator(
            key=f"retained-{days}",
            name={
                30: _("Still there after 30 days"),
                90: _("Still there after 90 days"),
                180: _("Still there after 180 days"),
                365: _("Still there after a year"),
            }[days],
            definition=_(
                "Of the hires whose day of that number fell into the time and of which it is known, the share where "
                "the person or the employer said that the work goes on. Of whom nobody could say it is left out, and "
                "their number stands beside it."
            ),
            unit="percent",
            better="up",
            compute=partial(_retained, days),
            scopes=(REGION, PROVIDER, EMPLOYER),
            months=6,
        )
    )
    for days in headline.RETAINED
}

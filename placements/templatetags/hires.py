"""How a job's pay and time are said on its pages."""

from django import template
from django.utils.translation import gettext as _

from accounts.speech import dollars

from ..hires.notices import since
from ..models import Placement

register = template.Library()

register.filter("time_since", since)


@register.simple_tag
def my_jobs(trainee, which="current") -> list[Placement]:
    """The person's jobs that go on, or all."""
    rows = Placement.objects.filter(trainee=trainee).select_related("employer").order_by("-starts_on", "-pk")
    return list(rows.current() if which == "current" else rows)


@register.filter
def pay(placement) -> str:
    """ "$24.50 an hour"; what was said by another time with its hourly figure behind it."""
    said = f"{dollars(placement.wage_cents)} {placement.get_wage_unit_display()}"
    if placement.wage_unit == placement.Unit.HOUR:
        return said
    return _("%(said)s, which is %(hourly)s an hour") % {"said": said, "hourly": dollars(placement.hourly_cents)}


@register.filter
def pay_progress(both) -> str:
    """(2450, 2725) -> "$24.50, now $27.25 an hour (+11%)"."""
    first, now = both
    change = f"{(now - first) / first:+.0%}"
    return _("%(first)s, now %(now)s an hour (%(change)s)") % {
        "first": dollars(first),
        "now": dollars(now),
        "change": change,
    }

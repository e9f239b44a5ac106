"""The ledger's events as sentences, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from matching.reasons import Names

SENTENCES = {
    "referral.yes": gettext_lazy("%(who)s said yes."),
    "referral.not_now": gettext_lazy("%(who)s said: not now."),
    "referral.no": gettext_lazy("%(who)s said no."),
    "referral.withdraw": gettext_lazy("%(who)s took the yes back."),
    "referral.interview": gettext_lazy("%(who)s answered: interview."),
    "referral.put_off": gettext_lazy("%(who)s answered: not now."),
    "referral.hire": gettext_lazy("%(who)s wrote down the hire."),
    "referral.decline": gettext_lazy("%(who)s answered: no."),
    "certification.recorded": gettext_lazy("%(who)s wrote down a certificate that is not confirmed yet: %(what)s."),
    "certification.verified": gettext_lazy("%(who)s confirmed a certificate: %(what)s."),
    "certification.expired": gettext_lazy("A certificate expired: %(what)s."),
    "certification.revoked": gettext_lazy("%(who)s took a certificate back: %(what)s."),
    "certification.withdrawn": gettext_lazy("A spreadsheet was taken back, and with it a certificate: %(what)s."),
    "profile.changed": gettext_lazy("%(who)s changed what they told us."),
    "person.taken": gettext_lazy("%(who)s took on the next step."),
}


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    words: str


def told(events) -> list[Entry]:
    """The events that have a sentence, in their order; one query for the people, one for the credentials."""
    events = [event for event in events if event.kind in SENTENCES]
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    names = Names()
    return [
        Entry(
            event.at,
            SENTENCES[event.kind]
            % {
                "who": str(people.get(event.actor_id) or _("The system")),
                "what": names.credential(event.facts["credential"]) if "credential" in event.facts else "",
            },
        )
        for event in events
    ]

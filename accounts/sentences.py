"""What the ledger's events are called in words. Every kind that is written anywhere has its sentence here.

`who` is the actor, as far as the reader may know them; `what` a certificate. No other fact of an event is ever shown.
"""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "referral.yes": _("%(who)s said yes."),
    "referral.not_now": _("%(who)s said: not now."),
    "referral.no": _("%(who)s said no."),
    "referral.withdraw": _("%(who)s took the yes back."),
    "referral.interview": _("%(who)s answered: interview."),
    "referral.put_off": _("%(who)s answered: not now."),
    "referral.hire": _("%(who)s wrote down the hire."),
    "referral.decline": _("%(who)s answered: no."),
    "certification.recorded": _("%(who)s wrote down a certificate that is not confirmed yet: %(what)s."),
    "certification.verified": _("%(who)s confirmed a certificate: %(what)s."),
    "certification.expired": _("A certificate expired: %(what)s."),
    "certification.revoked": _("%(who)s took a certificate back: %(what)s."),
    "certification.withdrawn": _("A spreadsheet was taken back, and with it a certificate: %(what)s."),
    "enrollment.recorded": _("%(who)s wrote down who completed a program."),
    "enrollment.withdrawn": _("A spreadsheet was taken back, and with it that a program was completed."),
    "profile.changed": _("%(who)s changed what they told us."),
    "profile.removed": _("A spreadsheet was taken back, and with it this person’s page."),
    "person.taken": _("%(who)s took on the next step."),
    "consent.given": _("An agreement to share was written down by %(who)s."),
    "person.erasure_asked": _("%(who)s asked to be erased."),
    "person.erasure_stopped": _("%(who)s no longer asks to be erased."),
    "person.erased": _("A person was erased."),
    "guardian.asked": _("A parent or guardian was asked."),
    "guardian.agreed": _("A parent or guardian agreed."),
    "guardian.withdrew": _("A parent or guardian took the agreement back."),
    "consent.withdrawn": _("An agreement to share was taken back by %(who)s."),
    "phone.verified": _("%(who)s confirmed a phone number for text messages."),
    "phone.moved": _("The phone number for text messages went to the person who confirmed it later."),
    "phone.removed": _("%(who)s took the phone number for text messages away."),
    "sms.started": _("Text messages were asked for again."),
    "sms.stopped": _("Text messages were stopped."),
    "sms.budget_used": _("What may be spent on text messages was used up."),
    "address.refused": _("An address or number stopped taking our messages."),
    "address.confirmed": _("%(who)s confirmed an address or number."),
    "membership.started": _("%(who)s took in a new member."),
    "cohort.announced": _("%(who)s announced the class."),
    "cohort.changed": _("%(who)s changed the class."),
    "cohort.opened": _("%(who)s opened the class to people."),
    "cohort.full": _("%(who)s said that the class is full."),
    "cohort.cancelled": _("%(who)s cancelled the class."),
    "opening.drafted": _("%(who)s began to write the opening."),
    "opening.edited": _("%(who)s changed the draft."),
    "opening.published": _("%(who)s published the opening."),
    "opening.amended": _("%(who)s changed the opening."),
    "opening.opened": _("The first day of the opening came."),
    "opening.closed": _("%(who)s closed the opening."),
    "opening.registered": _("%(who)s registered on the list."),
    "opening.ranked": _("%(who)s changed the ranked list."),
    "import.done": _("%(who)s brought the sheet in."),
    "import.undone": _("%(who)s took the sheet back."),
    "import.answered": _("%(who)s answered whether two rows are the same person."),
    "handoff.retried": _("%(who)s had work that had failed tried again."),
}

# How matching reads a person or an opening, kept for replay: nothing happened to anybody.
WITHOUT = {"seeker.projected", "offer.projected"}

# Of a public record, only for those whose record it is.
INSIDE = {"opening.drafted", "opening.edited", "opening.registered", "opening.ranked"}

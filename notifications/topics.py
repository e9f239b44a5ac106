"""What people can choose about: one line each on the preferences page."""

from django.utils.translation import gettext_lazy as _

MATCHES = "matches"
PEOPLE = "people"
REFERRALS = "referrals"
COUNCILS = "councils"

TOPICS = {
    MATCHES: _("Openings that fit me"),
    PEOPLE: _("People who fit our openings"),
    REFERRALS: _("Answers and next steps"),
    COUNCILS: _("Council meetings"),
}

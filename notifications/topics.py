"""What people can choose about: one line each on the preferences page."""

from django.utils.translation import gettext_lazy as _

from accounts.policies import memberships_of

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


def of(user) -> dict:
    """Those that can ever concern the person: of people who fit openings only those hear who act for somebody."""
    return {topic: label for topic, label in TOPICS.items() if topic != PEOPLE or memberships_of(user)}

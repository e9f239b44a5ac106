"""What a person agrees to who asks for a place: the wording kept is the wording shown."""

import hashlib

from django.utils.translation import gettext as _

from accounts.speech import phone

# Whoever changes a wording raises its number: a test keeps the digests.
VERSION = "place-1"


def wording(program, to) -> str:
    """What is shared, with whom and for how long, in the reader's language."""
    if to.pk == program.provider_id:
        return _(
            "I agree that the people of %(organization)s see my name, my contact and my language, so that they can "
            "answer me about this class. They see nothing else. They see it until I take it back, at most 90 days "
            "after their answer."
        ) % {"organization": to.name}
    return _(
        "I agree that the coordinators of %(organization)s see my name, my contact and my language, and that they call "
        "%(provider)s about this class and tell my name and contact there. They see nothing else. They see it until I "
        "take it back, at most 90 days after they told me the answer."
    ) % {"organization": to.name, "provider": program.provider.name}


def digest(wording: str) -> str:
    """By what a page and its answer know that they mean the same words."""
    return hashlib.sha256(wording.encode()).hexdigest()[:16]


def changed() -> str:
    """To whoever said yes to words that are no longer those of this question."""
    return _("What you agree to here changed after you opened this page. Read again who would see your name.")


def contact(user) -> str:
    """The address and number that are shared, as the person knows them."""
    return ", ".join(part for part in (user.email or "", phone(user.phone) if user.phone else "") if part)


def language(trainee) -> str:
    """The language in which the person wants to be spoken to."""
    return trainee.get_spoken_display() or trainee.user.get_language_display()

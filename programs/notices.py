"""How a person is told about their own certificates."""

from django.utils.translation import gettext as _

from accounts.organizations import reach
from notifications.sms import gsm, texts
from notifications.words import Action, Message, register

from . import confirmations
from .models import Credential


def revoked(notice) -> Message:
    """To the holder: which certificate was taken back, by whom, and why."""
    credential = Credential.objects.filter(pk=notice.data["credential"]).first()
    name = credential.short if credential else notice.data["credential"]
    if notice.data.get("declined"):
        return Message(
            subject=_("Not confirmed: %(credential)s") % {"credential": name},
            paragraphs=[
                _("%(provider)s did not confirm your certificate %(credential)s.")
                % {"provider": notice.data["by"], "credential": name},
                _("The reason they gave: “%(reason)s”") % {"reason": notice.data["reason"]},
                _if_wrong(notice.user),
                _("You can ask somebody else: write the certificate down again."),
            ],
            actions=[Action(_("See your certificates"), "/me/#certificates")],
        )
    return Message(
        subject=_("A certificate was taken back: %(credential)s") % {"credential": name},
        paragraphs=[
            _("%(provider)s took back your certificate %(credential)s.")
            % {"provider": notice.data["by"], "credential": name},
            _("The reason they gave: “%(reason)s”") % {"reason": notice.data["reason"]},
            _if_wrong(notice.user),
        ],
        actions=[Action(_("See your certificates"), "/me/#certificates")],
    )


def _if_wrong(user) -> str:
    """Whom to ask, by name and number where somebody helps there."""
    coalition = confirmations.coalition_for(user.trainee) if user.is_trainee else None
    call = reach.whom_to_call(coalition) if coalition else ""
    if call:
        return _("If this is wrong, ask them first. A coordinator can help you, too: %(whom)s.") % {"whom": call}
    return _("If this is wrong, ask them.")


def _by_text(notice) -> str:
    credential = Credential.objects.filter(pk=notice.data["credential"]).first()
    said = _("%(provider)s took back your certificate %(credential)s. Why, and what to do: %(url)s")
    if notice.data.get("declined"):
        said = _("%(provider)s did not confirm your certificate %(credential)s. Why, and what to do: %(url)s")
    return said % {
        "provider": gsm.cut(notice.data["by"], texts.NAME),
        "credential": gsm.cut(credential.short if credential else notice.data["credential"], texts.TITLE),
        "url": texts.link("/inbox/"),
    }


register("certificate_revoked", revoked)
texts.register("certificate_revoked", _by_text)

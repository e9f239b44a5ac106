"""A step of signing in that allauth takes for everybody, and who goes without it."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage


class AddressStage(EmailVerificationStage):
    """The address is confirmed once, except by who has none, or came in by their phone."""

    def handle(self):
        if (user := self.login.user) and not self.login.signup:
            records = get_authentication_records(self.request, user)
            has_address = user.email or EmailAddress.objects.filter(user=user).exists()
            if not has_address or (records and records[-1].get("phone")):
                return None, True
        return super().handle()

"""A code that was sent, kept in the session until it is typed in."""

from allauth.account import app_settings
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess


class CodeInSession(AbstractCodeVerificationProcess):
    """What a code is for says the class that sends it; `KEY` is where the session keeps it."""

    KEY: str

    def __init__(self, request, state, user=None):
        self.request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=user,
        )

    @classmethod
    def resume(cls, request):
        """The code that is on its way, while it works."""
        state = request.session.get(cls.KEY)
        return cls(request, state).abort_if_invalid() if state else None

    def persist(self):
        self.request.session[self.KEY] = self.state

    def abort(self):
        self.request.session.pop(self.KEY, None)

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from ledger.log import asks

        from . import asked, channels, factors_told, looked  # noqa: F401 - their words register themselves
        from .channels.email import Email
        from .jobs import HEARD
        from .sms.channel import Sms

        channels.add(Email)
        channels.add(Sms)
        asks("notifications", *HEARD)

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from ledger.log import asks

        from . import asked, channels  # noqa: F401 - the words of our own tasks register themselves
        from .channels.email import Email
        from .jobs import HEARD
        from .sms.channel import Sms

        channels.add(Email)
        channels.add(Sms)
        asks("notifications", *HEARD)

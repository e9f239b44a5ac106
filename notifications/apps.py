from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from . import channels
        from .channels.email import Email
        from .sms.channel import Sms

        channels.add(Email)
        channels.add(Sms)

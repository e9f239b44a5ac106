from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from allauth.mfa import signals

        from ledger.log import stamps

        from . import factors
        from .policies import stands_for

        stamps(stands_for)
        signals.authenticator_added.connect(factors.on_made)
        signals.authenticator_removed.connect(factors.on_removed)

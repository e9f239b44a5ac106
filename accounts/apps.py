from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from ledger.log import stamps

        from .policies import stands_for

        stamps(stands_for)

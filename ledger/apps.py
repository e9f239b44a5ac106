from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self):
        from . import scopes  # noqa: F401 - follows every connection to the database

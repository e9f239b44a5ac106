"""How allauth meets our house."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """allauth with our outbox (notifications is downstream, so it is reached when a letter is posted)."""

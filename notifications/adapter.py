"""How allauth meets our post office: its letters go through the outbox like all others."""

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.utils import timezone

from . import outbox


class AccountAdapter(DefaultAccountAdapter):
    """allauth with our outbox: a mail server that is away delays a sign-in code and loses none."""

    def send_mail(self, template_prefix, email, context):
        mail = self.render_mail(template_prefix, email, context)
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        with transaction.atomic():
            outbox.send_letter(email, subject=mail.subject, text=mail.body, html=html, at=timezone.now())

"""The page of help: whom to call or write to, what is kept about people, what to do when something does not work."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Membership, Organization


def coalitions():
    """The organizations that have coordinators today, with the number and address they show: no person is named."""
    acting = Membership.objects.coordinating().filter(user__is_active=True).values("organization")
    return Organization.objects.standing().filter(pk__in=acting).order_by("name", "pk")


@require_safe
def help_page(request):
    """Help, for everybody, signed in or not."""
    named = settings.HELP["email"] or settings.HELP["phone"]
    return render(request, "help.html", {"contact": settings.HELP, "coalitions": [] if named else list(coalitions())})

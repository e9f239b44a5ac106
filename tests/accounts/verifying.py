"""What a coordinator has before them who verifies an organization."""

import re

from django.urls import reverse

from accounts.models import User, Verification
from accounts.organizations import verification

ALL = Verification.Check.values


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def url(name, organization):
    return reverse(name, args=[organization.public_id])


def read(body) -> dict:
    """What a coordinator reads of it."""
    return {name: getattr(body, name) for name in verification.READ}


def shown(browser, body) -> dict:
    """The same, as the page of the verification sends it."""
    page = browser.get(url("organization_verify", body)).text
    return dict(re.findall(r'name="(read_\w+)" value="([^"]*)"', page))

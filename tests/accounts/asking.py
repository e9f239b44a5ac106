"""What tests of asking to act for an organization have in common: the pages, what is written, and who grants it."""

from django.urls import reverse

from accounts.models import User
from accounts.organizations import joining

ASK, LIST, START = reverse("joining"), reverse("joining_list"), reverse("start")
SAID = {
    "name": "Bloomington Fabrication, Inc.", "kind": "employer", "place": "92335", "job": "Shop manager",
    "phone": "(909) 555-0142", "website": "", "license_number": "", "note": "Two welders for spring.",
}  # fmt: skip
CHECKED = "I called the number on their sign and spoke with the owner."


def page_of(asked):
    return reverse("joining_request", args=[asked.public_id])


def grant(asked, *, by, at, into=None, role="admin"):
    return joining.grant(asked, into=into, role=role, checked=CHECKED, by=User.objects.get(pk=by.pk), at=at)

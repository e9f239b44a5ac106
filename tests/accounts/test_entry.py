"""Somebody a provider brought in signs in with one code, not two."""

from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts import entry
from notifications.outbox import send_due


def test_the_first_code_that_arrives_opens_the_page_and_verifies_the_address(db, client, mailoutbox):
    user = entry.newcomer("nora@throughline.example", full_name="Nora New")
    client.post(reverse("account_request_login_code"), {"email": user.email})
    send_due()
    code = next(w for w in mailoutbox[0].body.split() if w.upper() == w and w[0].isalnum() and len(w) >= 6)
    answer = client.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("start")
    assert EmailAddress.objects.get(user=user).verified


def test_an_address_nobody_verified_gives_way_and_a_verified_one_stays(db):
    user = entry.newcomer("old@throughline.example", full_name="Nora New")
    user.email = "new@throughline.example"
    user.save(update_fields=["email"])
    entry.know_address(user)
    assert EmailAddress.objects.get(user=user).email == "new@throughline.example"
    EmailAddress.objects.filter(user=user).update(verified=True)
    user.email = "newer@throughline.example"
    entry.know_address(user)
    assert sorted(EmailAddress.objects.filter(user=user).values_list("email", "primary")) == [
        ("new@throughline.example", True),
        ("newer@throughline.example", False),
    ]

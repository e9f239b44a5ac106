"""Coming in by a code that was really mailed."""


def test_a_new_person_makes_an_account_with_a_mailed_code(visitor, site, language):
    address = f"new-{language}@throughline.example"
    visitor.open("/accounts/login/")
    visitor.tap("a[href^='/accounts/signup/']")
    visitor.page.fill("input[name=email]", address)
    visitor.page.fill("input[name=full_name]", "Noor Haddad")
    visitor.tap("form:has(input[name=full_name]) button")

    code = visitor.code(address)
    visitor.page.fill("input[name=code]", "ZZZ-ZZZ" if "-" in code else "ZZZZZZ")
    visitor.tap("form:has(input[name=code]) button[type=submit] >> nth=0")
    assert visitor.page.locator("[role=alert], .errorlist").count(), "a wrong code gets a sentence"
    visitor.page.fill("input[name=code]", code)
    visitor.tap("form:has(input[name=code]) button[type=submit] >> nth=0")
    assert visitor.path == "/start/", "who is new is asked for whom they are here"
    visitor.tap("a[href$='for=self']")
    assert visitor.path == "/me/profile/", "and then for what matching needs"

    visitor.page.fill("input[name=zip]", "92335")
    visitor.tap("form:has(input[name=zip]) button[type=submit]")
    visitor.open("/me/")
    assert "Noor" in visitor.text


def test_somebody_known_comes_in_by_a_mailed_code_and_goes_out_again(visitor):
    visitor.sign_in_by_code("ana@throughline.example")
    assert visitor.path == "/me/"
    go_out(visitor)
    visitor.open("/me/")
    assert visitor.path == "/accounts/login/"


def test_who_acts_for_others_sets_up_a_passkey_and_comes_back_with_it_alone(visitor, language):
    who, home = {"en": ("ben", "/hire/"), "es": ("priya", "/imports/")}[language]
    # Browsers make passkeys for names, not for numbers.
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")
    with_a_phone_that_knows_its_owner(visitor)
    visitor.sign_in_by_code(f"{who}@throughline.example")
    assert visitor.path == "/accounts/second-step/"
    visitor.open("/inbox/")
    assert visitor.path == "/accounts/second-step/", "no page comes before it"
    visitor.tap("a[href='/accounts/2fa/webauthn/add/']")
    visitor.tap("#mfa_webauthn_add")
    assert visitor.path == "/accounts/2fa/recovery-codes/"
    assert visitor.page.locator(".tl-codes li").count() == 10
    visitor.tap("main a[href='/accounts/second-step/']")
    assert visitor.path == "/inbox/", "on to where they wanted to go"
    for page in ("2fa/", "2fa/webauthn/", "2fa/totp/activate/", "sessions/", "email/", "password/set/"):
        visitor.open(f"/accounts/{page}")
    go_out(visitor)
    visitor.open("/accounts/login/")
    visitor.tap("#passkey_login")
    assert visitor.path == home
    # A code alone is not enough any more.
    go_out(visitor)
    visitor.sign_in_by_code(f"{who}@throughline.example")
    assert visitor.path == "/accounts/2fa/authenticate/"
    visitor.tap("#mfa_webauthn_authenticate")
    assert visitor.path == home


def go_out(visitor):
    visitor.page.click(".tl-menu > summary")
    visitor.tap("form[action='/accounts/logout/'] button")


def with_a_phone_that_knows_its_owner(visitor):
    """The browser has a pretended authenticator, that always sees the right finger."""
    cdp = visitor.context.new_cdp_session(visitor.page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_an_unknown_address_is_not_told_apart(visitor):
    """The page answers the same; only the letter, to who can read it, says that there is no account."""
    visitor.open("/accounts/login/")
    visitor.page.fill("#id_email", f"nobody-{visitor.language}@throughline.example")
    visitor.tap("form:has(#id_email) button[type=submit]")
    assert visitor.page.locator("input[name=code]").count()

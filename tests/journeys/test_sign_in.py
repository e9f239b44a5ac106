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
    assert visitor.path == "/me/profile/", "who is new is asked for what matching needs"

    visitor.page.fill("input[name=zip]", "92335")
    visitor.tap("form:has(input[name=zip]) button[type=submit]")
    visitor.open("/me/")
    assert "Noor" in visitor.text


def test_somebody_known_comes_in_by_a_mailed_code_and_goes_out_again(visitor):
    visitor.sign_in_by_code("ben@throughline.example")
    assert visitor.path == "/hire/"
    visitor.page.click(".tl-menu > summary")
    visitor.tap("form[action='/accounts/logout/'] button")
    visitor.open("/hire/")
    assert visitor.path == "/accounts/login/"


def test_an_unknown_address_is_not_told_apart(visitor):
    """The page answers the same; only the letter, to who can read it, says that there is no account."""
    visitor.open("/accounts/login/")
    visitor.page.fill("#id_email", f"nobody-{visitor.language}@throughline.example")
    visitor.tap("form:has(#id_email) button[type=submit]")
    assert visitor.page.locator("input[name=code]").count()

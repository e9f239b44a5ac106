"""Elliot writes an opening, is told what is not in order, and sees who passes."""


def test_elliot_publishes_an_opening_and_people_appear(reader, language):
    elliot = reader()
    elliot.sign_in_as("elliot")
    elliot.tap("a[href='/openings/new/']")
    page = elliot.page
    page.fill("input[name=title]", f"Yard hand ({language})")
    page.fill("input[name=title_es]", f"Ayudante de patio ({language})") if page.is_visible("[name=title_es]") else None
    page.select_option("select[name=occupation_id]", "47-2061.00")
    page.fill("input[name=zip]", "92324")
    page.fill("textarea[name=description]", "Keep the yard in order. No felons.")
    page.locator("details", has=page.locator("input[name=required]")).locator("summary").first.click()
    page.check("input[name=required][value=mc3]")

    elliot.tap("button[name=then][value=publish]")
    without_wage = elliot.say("Write the pay of one hour: an opening without a wage is not published.")
    assert without_wage in elliot.text
    assert "No felons" in page.locator("[data-errors]").inner_text(), "the words that shut people out are named"
    assert page.input_value("input[name=title]").startswith("Yard hand"), "nothing typed is lost"

    page.fill("input[name=wage_min_cents]", "45")
    elliot.tap("button[name=then][value=publish]")
    assert without_wage not in elliot.text
    assert "No felons" in page.locator("[data-errors]").inner_text()
    assert page.get_attribute("textarea[name=description]", "aria-invalid") == "true"

    page.fill("textarea[name=description]", "Keep the yard in order. A record is no bar.")
    elliot.tap("button[name=then][value=publish]")
    assert page.locator(".tl-messages .usa-alert--success").count(), elliot.text
    opening = elliot.path

    elliot.open(f"{opening}people/")
    elliot.reload_until(".tl-gate--met")
    assert elliot.say("Person %(n)s", n=1) in elliot.text, "people without their names"
    assert "Ana Morales" not in page.content()

    elliot.open(f"{opening}edit/")
    page.check("form[action$='/close/'] input[name=reason][value=mistake]")
    elliot.tap("form[action$='/close/'] button")
    assert page.locator(".tl-messages .usa-alert--success").count()

"""Staff act for a person who agreed on the phone; the person reads afterwards who did what."""

from pipeline.cast import BY_KEY

from .newcomers import bring_in, welder

BANNER = "form[action='/people/act-for/end/'] button"


def test_priya_says_yes_for_a_graduate_on_the_phone_who_reads_that_it_was_her(reader, site, language):
    lines = welder({"en": "Noel Barker", "es": "Noelia Barrios"}, 3012, language)
    name, address = lines[0].name, lines[0].email
    priya = reader()
    priya.sign_in_as("priya", anew=True)  # acting for somebody stays in this window
    bring_in(priya, lines)
    site.letter(address)

    # The words are read aloud; without the person's yes it does not begin.
    priya.open("/certificates/")
    priya.tap(priya.page.locator("a[href$='/act-for/']", has_text=name).first)
    priya.page.check("input[name=how][value=phone]")
    priya.tap("form:has(input[name=how]) button", status=422)
    priya.page.check("input[name=agreed]")
    priya.tap("form:has(input[name=how]) button")

    # Each page says for whom she acts; what is the person's alone stays closed.
    assert priya.page.locator(BANNER).count()
    priya.open("/me/")
    priya.tap("a.usa-button[href^='/matches/']")
    priya.tap("form[action$='/yes/'] button")
    assert name in priya.page.locator("aside", has=priya.page.locator(BANNER)).inner_text()
    priya.open("/me/messages/", status=403)
    priya.tap(BANNER)
    assert not priya.page.locator(BANNER).count()

    person = reader()
    person.sign_in_by_code(address)
    person.open("/me/history/")
    helped = person.say("%(who)s did this for you.", who="").strip()
    told = person.page.locator("main li", has_text=helped)
    assert told.count()
    assert BY_KEY["priya"].name in told.first.inner_text()
    person.open("/me/")
    assert person.page.locator("a[href^='/referrals/']").count()

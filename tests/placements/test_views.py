"""The pages of trainee, hirer and coordinator: what each shows, to whom, and at what cost."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts import speech
from accounts.models import Consent
from matching import jobs, nightly
from matching.models import Match
from openings.models import ListPlace, Opening
from placements import actions
from placements.boards import waiting
from placements.models import Referral


@pytest.fixture
def match(cast):
    cast.agree()
    cast.opening()
    cast.certify()
    nightly.rematch(at=cast.now, quiet=True)
    return Match.objects.get()


def test_anas_page_shows_what_fits_what_is_one_step_away_and_her_certificates(cast, match, sign_in):
    cast.opening(cast.rival, title="Pipe welder", title_es="", required=("aws_cw", "forklift"), zip="92879")
    nightly.rematch(at=cast.now, quiet=True)
    page = sign_in(cast.ana).get(reverse("trainee_home"))
    assert [m.opening.title for m in page.context["to_answer"]] == ["Welder"]
    (step,) = page.context["steps"]
    assert (step.keys, [near.opening.title for near in step.named]) == (("forklift",), ["Pipe welder"])
    assert "Soldador certificado" in page.content.decode()


def test_the_answer_is_a_post_and_a_get_changes_nothing(cast, match, sign_in):
    browser = sign_in(cast.ana)
    url = reverse("match_answer", args=[match.public_id, "yes"])
    assert browser.get(url).status_code == 405
    assert not Referral.objects.exists()
    browser.post(url)
    assert Referral.objects.get().state == "yes"


def test_a_no_without_a_reason_is_asked_again_and_nothing_is_lost(cast, match, sign_in):
    url = reverse("match_answer", args=[match.public_id, "no"])
    answer = sign_in(cast.ana).post(url, {"note": "the bus stops at nine"})
    assert answer.status_code == 422
    assert "the bus stops at nine" in answer.content.decode()
    assert not Referral.objects.exists()


def test_the_employer_sees_reasons_first_and_the_name_after_the_yes(cast, match, sign_in):
    url = reverse("opening_people", args=[match.opening.public_id])
    browser = sign_in(cast.elliot)
    before = browser.get(url).content.decode()
    assert "Person 1" in before
    assert "Ana Morales" not in before
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    assert "Ana Morales" in browser.get(url).content.decode()
    page = browser.get(reverse("referral", args=[referral.public_id])).content.decode()
    assert "ana@throughline.example" in page
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    assert browser.get(reverse("referral", args=[referral.public_id])).status_code == 404
    assert "Ana Morales" not in browser.get(url).content.decode()


def test_the_employer_counts_those_who_pass_and_wait_not_those_it_is_over_with(cast, match, sign_in):
    bo = cast.another_trainee("Bo Other")
    cast.certify(trainee=bo)
    nightly.rematch(at=cast.now, quiet=True)
    browser = sign_in(cast.elliot)
    assert "2 people pass every gate and wait" in browser.get(reverse("hirer_home")).content.decode()
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    assert "2 people pass every gate and wait" in browser.get(reverse("hirer_home")).content.decode()
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    assert "1 person passes every gate and waits" in browser.get(reverse("hirer_home")).content.decode()


def test_one_tap_answers(cast, match, sign_in):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    sign_in(cast.elliot).post(reverse("referral_respond", args=[referral.public_id]), {"step": "interview"})
    referral.refresh_from_db()
    assert (referral.state, referral.due_on) == ("interview", date(2026, 12, 1))


def listed(browser, at):
    """The rows of the board, as they are once its job has run."""
    waiting.look_again(at=at)
    waiting.refresh(waiting.Waiting.objects.values_list("pk", flat=True), at=at)
    return browser.get(reverse("board")).context["page"].rows


def test_the_board_says_who_waits_how_long_what_blocks_and_who_owns_the_next_step(cast, match, sign_in):
    browser = sign_in(cast.carla)
    waiting.look_again(at=cast.now)
    page = browser.get(reverse("board"))
    (row,) = page.context["page"].rows
    assert (row.user, row.block, row.owner) == (cast.ana, "answer", None)
    assert "54" in page.content.decode()  # days since 1 October
    person = reverse("person", args=[cast.trainee.public_id])
    assert "If you take over, the next step for this person is yours" in browser.get(person).text
    cast.trainee.coordinator = cast.priya
    cast.trainee.save(update_fields=["coordinator"])
    assert "passes from Priya Nair to you" in browser.get(person).text
    browser.post(reverse("person_take", args=[cast.trainee.public_id]))
    assert "Take over" not in browser.get(person).text
    (row,) = listed(browser, cast.now)
    assert row.owner == cast.carla
    actions.say_yes(match, by=cast.ana, at=cast.now)
    (row,) = listed(browser, cast.now)
    assert (row.block, row.owner) == ("hirer", cast.elliot)
    actions.respond(Referral.objects.get(), "hire", by=cast.elliot, at=cast.now)
    assert not listed(browser, cast.now)


@pytest.mark.parametrize("query", ["block=nothing", "q=zzz", "owner=me", "county=Kern"])
def test_the_boards_filters_filter(cast, match, sign_in, query):
    waiting.look_again(at=cast.now)
    assert not sign_in(cast.carla).get(reverse("board") + "?" + query).context["page"].rows


def test_nonsense_in_the_boards_address_is_no_harm(cast, match, sign_in):
    answer = sign_in(cast.carla).get(reverse("board") + "?owner=zz&block=%00&page=x&q=" + "a" * 500)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["board", "hirer_home", "trainee_home", "opening_people"])
def test_thirty_rows_cost_the_queries_of_three(cast, match, sign_in, django_assert_max_num_queries, name):
    kwargs = {"public_id": match.opening.public_id} if name == "opening_people" else {}
    who = {"board": cast.carla, "trainee_home": cast.ana}.get(name, cast.elliot)

    def grow(numbers):
        for number in numbers:
            cast.certify(trainee=cast.another_trainee(f"Pat {number}"))
            cast.opening(title=f"Welder {number}", title_es="")
        nightly.rematch(at=cast.now, quiet=True)
        for found in Match.objects.filter(opening=match.opening).exclude(trainee=cast.trainee):
            actions.say_yes(found, by=found.trainee.user, at=cast.now)

    def cost():
        browser = sign_in(who)
        with django_assert_max_num_queries(40) as counted:
            assert browser.get(reverse(name, kwargs=kwargs)).status_code == 200
        return len(counted)

    grow(range(3))
    few = cost()
    grow(range(3, 24))
    assert cost() <= few


def test_a_person_registers_once_and_the_place_counts_from_then(cast, sign_in):
    cast.agree()
    opening = cast.opening(order_rule="fifo")
    browser = sign_in(cast.ana)
    for _tap in range(2):
        browser.post(reverse("opening_register", args=[opening.public_id]))
    assert ListPlace.objects.get().trainee == cast.trainee


def test_a_hall_gives_ranks_and_only_on_a_ranked_list(cast, match, sign_in):
    actions.say_yes(match, by=cast.ana, at=cast.now)
    url = reverse("opening_rank", args=[match.opening.public_id])
    name = f"rank-{cast.trainee.public_id}"
    data = {name: "3"}
    sign_in(cast.elliot).post(url, data)
    assert not ListPlace.objects.exists()
    match.opening.order_rule = "ranked"
    match.opening.save(update_fields=["order_rule"])
    elliot = sign_in(cast.elliot)
    assert "The order follows this place" in elliot.post(url, data, follow=True).text
    assert ListPlace.objects.get().rank == 3
    wrong = elliot.post(url, data | {name: "first"}, follow=True)
    assert f'id="wrong-{cast.trainee.public_id}">Write the place as a number' in wrong.text


def test_a_draft_counts_nobody(cast, sign_in):
    cast.opening(state="draft", published_at=None, seats=3)
    page = sign_in(cast.elliot).get(reverse("hirer_home")).text
    assert "3 places" in page
    assert "places left" not in page
    assert "pass every gate and wait" not in page
    assert "certificate away" not in page


def test_a_person_reads_what_they_wrote_down_themselves_as_theirs(cast, sign_in):
    ana = sign_in(cast.ana)
    ana.cookies["django_language"] = "es"
    assert "Tengo un certificado" in ana.get(reverse("trainee_home")).text
    ana.post(reverse("certification_declare"), {"credential": "osha10", "issued_on": "2026-05-01", "who": "nobody"})
    page = ana.get(reverse("trainee_home")).text
    assert "Lo anotó usted" in page
    assert "Tengo otro certificado" in page


def test_a_match_leads_to_its_answer_from_the_top_while_there_is_one_to_give(cast, match, sign_in):
    ana, url = sign_in(cast.ana), reverse("match", args=[match.public_id])
    page = ana.get(url).text
    assert page.index('href="#answer"') < page.index('id="answer"')
    actions.say_yes(match, by=cast.ana, at=cast.now)
    assert 'href="#answer"' not in ana.get(url).text


def test_a_person_reads_who_reads_their_reasons_and_whether_with_their_name(cast, match, sign_in):
    browser = sign_in(cast.ana)
    browser.cookies["django_language"] = "en"

    def says():
        return browser.get(reverse("match", args=[match.public_id])).context["who_reads"]

    unnamed = "The employer or hall reads the same reasons, without your name."
    assert says() == unnamed
    actions.say_not_now(match, by=cast.ana, at=cast.now)
    assert says() == unnamed
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    assert says() == "The employer or hall reads the same reasons, with your name, because you said yes."
    Consent.objects.filter(purpose="certificates").update(withdrawn_at=cast.now)
    assert says().startswith("The employer or hall sees your name. It reads no reasons")
    Consent.objects.filter(purpose="contact").update(withdrawn_at=cast.now)
    assert says() == "The employer or hall no longer sees your name and no longer reads these reasons."
    actions.withdraw(referral, by=cast.ana, at=cast.now)
    assert says() == unnamed
    Referral.objects.update(state="queued", owner=cast.elliot, due_on=cast.now.date())
    assert says() == "The employer or hall reads the same reasons, without your name until your turn comes."
    Referral.objects.update(state="no", owner=None, due_on=None)
    Match.objects.update(state="ask")
    assert says().startswith("The employer or hall does not read this. It sees only how many")
    Match.objects.update(state="fits")
    Opening.objects.update(state="closed", closed_at=cast.now)
    assert says() == "The employer or hall does not read this now."


def test_any_opening_shows_a_trainee_how_it_fits(cast, sign_in):
    opening = cast.opening(required=("aws_cw", "forklift", "mc3"))
    page = sign_in(cast.ana).get(reverse("match_preview", args=[opening.public_id]))
    assert page.status_code == 200
    assert page.context["missing"] >= 3


@pytest.fixture
def unasked(cast, monkeypatch):
    """Ana fits, and was never put before the opening: it asks one person first, and that is Bo."""
    monkeypatch.setattr(jobs, "FIRST", 1)
    cast.agree()
    cast.certify()
    cast.certify(trainee=cast.another_trainee("Bo Other"), issued=date(2026, 9, 1))
    nightly.rematch(at=cast.now, quiet=True)
    opening = cast.opening()
    jobs.match(set(), {opening.pk}, at=cast.now, quiet=True)
    return opening


def test_a_person_answers_an_opening_nobody_put_before_them(cast, unasked, sign_in):
    browser = sign_in(cast.ana)
    preview = reverse("match_preview", args=[unasked.public_id])
    (match,) = browser.get(reverse("trainee_home")).context["to_answer"]
    assert (match.pk, match.url) == (None, preview)
    meet = reverse("match_meet", args=[unasked.public_id])
    assert meet in browser.get(preview).content.decode()
    answer = browser.post(meet)
    kept = Match.objects.get(trainee=cast.trainee)
    assert answer["Location"] == reverse("match", args=[kept.public_id])
    assert browser.get(answer["Location"]).context["can_answer"]
    assert browser.get(preview)["Location"] == answer["Location"]


def test_what_does_not_fit_is_not_met(cast, sign_in):
    cast.agree()
    opening = cast.opening()
    browser = sign_in(cast.ana)
    preview = reverse("match_preview", args=[opening.public_id])
    meet = reverse("match_meet", args=[opening.public_id])
    assert meet not in browser.get(preview).content.decode()
    assert browser.post(meet)["Location"] == preview
    assert not Match.objects.exists()


def test_whom_others_come_before_is_on_the_board_with_that_and_listed_as_not_asked(cast, unasked, sign_in):
    people = listed(sign_in(cast.carla), cast.now)
    assert {person.user.full_name: person.block for person in people} == {"Bo Other": "answer", "Ana Morales": "fits"}
    page = sign_in(cast.elliot).get(reverse("opening_people", args=[unasked.public_id]) + "?all=1")
    assert [match.passing.place for match in page.context["page"].object_list] == [1, 2]
    assert "not asked yet" in page.content.decode()


def test_one_certificate_short_is_on_the_board_by_its_name(cast, sign_in):
    cast.agree()
    cast.certify()
    cast.opening(required=("aws_cw", "osha10"))
    nightly.rematch(at=cast.now, quiet=True)
    (person,) = listed(sign_in(cast.carla), cast.now)
    assert (person.block, person.missing_names) == ("near", ["OSHA 10"])
    page = sign_in(cast.carla).get(reverse("person", args=[cast.trainee.public_id]))
    assert "OSHA 10 would open 1 opening" in page.content.decode()


def test_a_no_of_the_employer_without_its_reason_is_asked_again(cast, match, sign_in):
    referral = actions.say_yes(match, by=cast.ana, at=cast.now)
    url = reverse("referral_respond", args=[referral.public_id])
    answer = sign_in(cast.elliot).post(url, {"step": "decline", "note": "thank you for coming"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]
    assert "thank you for coming" in answer.content.decode()


def test_a_phone_number_reads_as_people_write_it():
    assert speech.phone("+19095550127") == "(909) 555-0127"
    assert speech.phone("+525512345678").startswith("+52")
    assert speech.phone("no number") == "no number"


def test_spanish_says_u_before_an_o_and_e_before_an_i():
    with override("es"):
        assert speech.listed(["MC3", "OSHA 10"], "o") == "MC3 u OSHA 10"
        assert speech.listed(["español", "inglés"], "y") == "español e inglés"
        assert speech.listed(["agua", "hierro"], "y") == "agua y hierro"
    assert speech.listed(["a", "b", "c"], "or") == "a, b or c"

"""What became of each message, tasks for people, and `manage.py outbox`."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, Membership
from notifications import addresses, outbox, todo
from notifications.models import Address, Delivery, Task
from tests.reading import words_read

State = Delivery.State


@pytest.fixture
def every_state(cast, tell):
    """One message to Ana in each state."""
    cast.agree()
    cases = [
        (State.QUEUED, ""), (State.QUEUED, "later"), (State.SENDING, ""), (State.WAITING, "cap"), (State.SENT, ""),
        (State.FAILED, "refused"), (State.BOUNCED, "complaint"), (State.WITHHELD, "consent"),
    ]  # fmt: skip
    for number, (state, reason) in enumerate(cases):
        (notice,) = tell(cast.ana, key=f"n{number}")
        sent_at = cast.now if state in (State.SENT, State.BOUNCED) else None
        notice.deliveries.update(state=state, reason=reason, sent_at=sent_at, error="550 said so")
    return cast


SAID = [
    "It leaves in a moment.", "asked us to try later", "It is leaving now.", "many messages that day", "Sent at ",
    "Not sent. The other side refused", "It came back. It was reported", "Not sent. The agreement",
]  # fmt: skip


def test_a_person_reads_what_became_of_every_message(every_state, sign_in, django_assert_max_num_queries):
    browser = sign_in(every_state.ana)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("told_list") + "?lang=en").content.decode()
    page = browser.get(reverse("told_list")).content.decode()
    for sentence in SAID:
        assert sentence in page
    assert "550" not in words_read(page)
    assert "News n4" not in sign_in(every_state.elliot).get(reverse("told_list")).content.decode()


def test_a_person_sees_the_codes_we_sent_but_not_what_they_said(cast, sign_in):
    outbox.send_letter(cast.ana.email, subject="Your code", text="123456", at=cast.now)
    outbox.send_due()
    page = sign_in(cast.ana).get(reverse("told_list")).content.decode()
    assert "Your code" in page
    assert "123456" not in page


def test_coordinators_see_everybodys_messages_by_state(every_state, sign_in, django_assert_max_num_queries):
    browser = sign_in(every_state.carla)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("post_list")).content.decode()
    for sentence in SAID:
        assert sentence in page
    assert "550 said so" in page
    failed = browser.get(reverse("post_list"), {"state": "failed", "q": "ana", "channel": "email"})
    assert [d.state for d in failed.context["page"].object_list] == ["failed"]
    assert [d.state for d in browser.get("/post/?state=nonsense").context["page"].object_list]
    assert not browser.get("/post/?q=zzz").context["page"].object_list
    with django_assert_max_num_queries(12):
        assert "550 said so" in browser.get(reverse("post_person", args=[every_state.ana.public_id])).content.decode()


@pytest.mark.parametrize("who", ["elliot", "priya", "ben", "willa", "ana"])
def test_nobody_else_sees_the_messages_of_others(every_state, sign_in, who):
    browser = sign_in(getattr(every_state, who))
    assert browser.get(reverse("post_list")).status_code == 403
    assert browser.get(reverse("post_person", args=[every_state.carla.public_id])).status_code == 404


def test_who_no_longer_agrees_has_no_name_on_the_list_and_no_page(every_state, sign_in):
    outbox.send_letter(every_state.ana.email, subject="Code", text="1", at=every_state.now)
    Consent.objects.update(withdrawn_at=every_state.now)
    browser = sign_in(every_state.carla)
    page = browser.get(reverse("post_list")).content.decode()
    assert "Not sent. The agreement" in page
    assert every_state.ana.full_name not in page
    assert every_state.ana.email not in page
    assert "News n1" not in page
    assert browser.get(reverse("post_person", args=[every_state.ana.public_id])).status_code == 404


@pytest.fixture
def dead(cast):
    """Ana's address refuses our messages."""
    cast.agree()
    cast.trainee.coordinator = cast.carla
    cast.trainee.save()
    addresses.mark_refused("email", cast.ana.email, "550 5.1.1 no such mailbox", at=cast.now)
    return cast


@pytest.mark.parametrize("page", ["told_list", "inbox", "trainee_home"])
def test_a_person_is_told_that_their_address_refuses_our_messages(dead, sign_in, page):
    text = sign_in(dead.ana).get(reverse(page) + "?lang=en", follow=True).content.decode()
    assert dead.ana.email in text
    assert "come back" in text or "does not take" in text


def test_a_person_confirms_their_own_address(dead, sign_in):
    sign_in(dead.ana).post(reverse("address_mine", args=["email"]))
    assert Address.objects.get().state == "ok"
    assert Task.objects.get().done_by == dead.ana
    sign_in(dead.willa).post(reverse("address_mine", args=["sms"]))


def test_nobody_confirms_the_address_of_somebody_else(dead, sign_in):
    sign_in(dead.elliot).post(reverse("address_mine", args=["email"]))
    assert sign_in(dead.elliot).post(reverse("post_address", args=[dead.ana.public_id, "email"])).status_code == 404
    assert Address.objects.get().state == "refused"


def test_the_coordinator_asks_and_confirms(dead, sign_in):
    browser = sign_in(dead.carla)
    assert "What to do" in browser.get(reverse("person", args=[dead.trainee.public_id])).content.decode()
    assert "the address is right" in browser.get(reverse("post_person", args=[dead.ana.public_id])).content.decode()
    browser.post(reverse("post_address", args=[dead.ana.public_id, "email"]))
    assert Address.objects.get().state == "ok"
    assert Task.objects.get().done_by == dead.carla


def test_who_types_the_code_in_has_shown_that_the_address_works(dead, client):
    client.post(reverse("account_request_login_code"), {"email": dead.ana.email})
    text = Delivery.objects.latest("pk").letter["text"]
    code = next(line for line in text.splitlines() if len(line) == 9 and line.isupper())
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.session.get("_auth_user_id") == str(dead.ana.pk)
    assert Address.objects.get().state == "ok"


def test_nobody_is_asked_to_reach_somebody_who_no_longer_agrees(dead):
    Consent.objects.update(withdrawn_at=dead.now)
    assert addresses.close_answered(at=dead.now) == 1
    Address.objects.all().delete()
    assert addresses.mark_refused("email", dead.ana.email, "550", at=dead.now) is None
    assert Address.objects.get().state == "refused"


def ask(key, **values):
    with transaction.atomic():
        data = {"channel": "email", "address": f"{key}@throughline.example"}
        return todo.ask("address", topic="address", once_key=key, data=data, at=timezone.now(), **values)


@pytest.fixture
def tasks(cast):
    """A task of Carla's, one of the coalition's, one of Elliot's shop, one of the rival's."""
    cast.tasks = {
        "hers": ask("hers", owner=cast.carla), "coalition": ask("coalition"),
        "shop": ask("shop", organization=cast.shop), "rival": ask("rival", organization=cast.rival),
    }  # fmt: skip
    return cast


def listed(browser, which):
    page = browser.get(reverse("task_list"), {"list": which})
    return {task.once_key for task in page.context["page"].object_list}


def test_everybody_sees_the_tasks_that_are_theirs(tasks, sign_in, django_assert_max_num_queries):
    carla, elliot = sign_in(tasks.carla), sign_in(tasks.elliot)
    assert listed(carla, "mine") == {"hers"}
    assert listed(carla, "ours") == {"coalition"}
    assert listed(carla, "all") == {"hers", "coalition", "shop", "rival"}
    assert listed(elliot, "ours") == {"shop"}
    assert listed(elliot, "all") == {"shop"}  # no such list: it opens where there is work, and says whose it is
    led = elliot.get(reverse("task_list"))
    assert (led.context["chosen"], "You have no task of your own." in led.content.decode()) == ("ours", True)
    assert listed(elliot, "mine") == set()  # asked for, it is shown
    assert carla.get(reverse("task_list")).context["chosen"] == "mine"
    assert sign_in(tasks.ana).get(reverse("task_list")).status_code == 403
    tasks.agree()  # else Carla reads no task about her
    for number in range(8):
        ask(f"more{number}", owner=tasks.carla, about=tasks.ana)
    with django_assert_max_num_queries(12):
        assert len(listed(carla, "mine")) == 9
    # Who facilitates a coalition's councils reads its tasks, and none that is about a person.
    tasks.member(tasks.willa, tasks.coalition)
    Membership.objects.filter(user=tasks.willa).update(role=Membership.Role.FACILITATOR)
    ask("ours", organization=tasks.coalition)
    ask("of-ana", organization=tasks.coalition, about=tasks.ana)
    assert listed(sign_in(tasks.willa), "ours") == {"ours"}
    assert listed(carla, "ours") == {"coalition", "ours", "of-ana"}


def test_a_task_nobody_can_word_says_so_and_keeps_no_other_from_being_read(tasks, sign_in, caplog):
    for key in ("unworded", "address"):
        todo.ask(key, topic="address", owner=tasks.carla, once_key=key, path="/ops/", at=timezone.now())
    page = sign_in(tasks.carla).get(reverse("task_list"), {"list": "mine"})
    assert page.text.count("A task that cannot be shown in words</h2>") == 2
    assert (page.text.count("</h2>"), 'href="/ops/"' in page.text) == (3, True)
    assert [record.exc_info[0] for record in caplog.records] == [KeyError] * 2


def test_a_task_is_done_with_one_tap_and_undone_with_one(tasks, sign_in):
    browser, task = sign_in(tasks.carla), tasks.tasks["hers"]
    page = browser.post(reverse("task_done", args=[task.public_id]), {"list": "mine"}, follow=True)
    assert page.context["just_done"] == task
    task.refresh_from_db()
    assert task.done_by == tasks.carla
    assert listed(browser, "mine") == set()
    assert listed(browser, "done") == {"hers"}
    browser.post(reverse("task_undo", args=[task.public_id]), {"list": "mine"})
    task.refresh_from_db()
    assert task.done_at is None
    assert task.done_by is None
    assert listed(browser, "mine") == {"hers"}


def test_among_many_tasks_those_past_their_day_stand_alone_and_the_page_is_kept(tasks, sign_in):
    carla, yesterday = tasks.carla, timezone.localdate() - timedelta(days=1)
    for number in range(25):
        ask(f"late{number}", owner=carla)
        ask(f"early{number}", owner=carla)
    Task.objects.filter(once_key__startswith="late").update(due_on=yesterday)
    browser = sign_in(carla)
    everything = browser.get(reverse("task_list"), {"list": "mine"})
    assert "25 tasks are past their day." in everything.content.decode()
    late = browser.get(reverse("task_list"), {"list": "mine", "late": "1", "page": "2"})
    shown = late.context["page"].object_list
    assert (late.context["page"].paginator.count, {task.due_on for task in shown}) == (25, {yesterday})
    done = browser.post(reverse("task_done", args=[shown[0].public_id]), {**late.context["here"]}, follow=True)
    page = done.context["page"]
    assert (page.number, page.paginator.count, done.context["just_done"]) == (2, 24, shown[0])
    strange = browser.post(reverse("task_done", args=[shown[1].public_id]), {"page": "-1; x", "list": "theirs"})
    assert strange.headers["Location"].startswith("/tasks/?list=mine&was=")


def test_a_task_somebody_else_did_stays_theirs(tasks, sign_in):
    task = tasks.tasks["shop"]
    sign_in(tasks.elliot).post(reverse("task_done", args=[task.public_id]))
    page = sign_in(tasks.carla).post(reverse("task_done", args=[task.public_id]), follow=True)
    assert "Somebody else had done this already." in page.content.decode()
    task.refresh_from_db()
    assert task.done_by == tasks.elliot


def test_a_task_of_others_is_absent(tasks, sign_in):
    for verb in ("task_done", "task_undo"):
        assert sign_in(tasks.elliot).post(reverse(verb, args=[tasks.tasks["rival"].public_id])).status_code == 404
    assert sign_in(tasks.elliot).get("/tasks/?was=nonsense").status_code == 200
    rival = tasks.tasks["rival"]
    assert sign_in(tasks.elliot).get(f"/tasks/?was={rival.public_id}").context["just_done"] is None


def test_the_same_is_asked_once(tasks):
    assert ask("hers") is None
    assert Task.objects.count() == 4


def test_our_tasks_are_worded_in_both_languages(cast):
    from django.utils.translation import override

    for kind in ("address", "mail_blocked"):
        task = Task(kind=kind, about_type="user", about_id=cast.ana.pk, path="/", data=EVERYTHING)
        for language in ("en", "es"):
            with override(language):
                said = todo.worded([task])[0].message
            assert said.subject
            assert said.paragraphs


EVERYTHING = {"channel": "email", "address": "ana@throughline.example", "said": "554 5.7.1 no"}


def run(*words):
    out = StringIO()
    call_command("outbox", *words, stdout=out)
    return out.getvalue()


def test_the_command_lists_what_has_not_left_or_what_is_asked_for(every_state):
    assert [line.split()[1] for line in run("list").splitlines()[1:]] == ["queued", "queued", "sending", "waiting"]
    assert "550 said so" in run("list", "--state", "failed", "--person", "ana@throughline.example")
    assert "complaint" in run("list", "--state", "bounced", "--channel", "email", "--reason", "complaint")
    with pytest.raises(CommandError) as nothing:
        run("list", "--person", "nobody@throughline.example")
    assert nothing.value.returncode == 1


def test_the_command_sends_again_what_failed_and_nothing_twice(every_state):
    assert run("retry", "--all") == "2 put back in the queue.\n"
    assert Delivery.objects.filter(state="queued", attempts=0, reason="").count() == 3
    assert Delivery.objects.filter(state="sent").count() == 1
    with pytest.raises(CommandError, match="No message"):
        run("retry", "--state", "sent")
    with pytest.raises(CommandError, match="Say which"):
        run("retry")


def test_the_command_stops_what_has_not_left(every_state):
    assert run("abort", "--person", "ana") == "3 stopped.\n"
    assert Delivery.objects.filter(state="withheld", reason="aborted").count() == 3
    outbox.send_due()
    assert not Delivery.objects.filter(state="queued").exists()
    with pytest.raises(CommandError, match="No message"):
        run("abort", str(Delivery.objects.get(state="sent").pk))

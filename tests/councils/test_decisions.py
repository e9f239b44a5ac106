"""Decisions: who may vote, what is counted, and what nobody can find out."""

import re
from itertools import pairwise

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from accounts.policies import Denied
from councils import sealing
from councils.actions import bodies, decisions, meetings, minutes
from councils.models import Ballot, Decision, Elector, Vote
from ledger.models import Event

from .test_pages import of


def question(body, meeting, **more):
    facts = {"method": "vote", "rule": body.simple, "text_en": "Ask for childcare at night classes?", **more}
    return decisions.propose(meeting, facts, by=body.cast.willa, at=body.now)


def vote(decision, choices):
    for person, choice in choices.items():
        decisions.cast(decision, choice, by=person, at=person.date_joined)


def test_an_open_vote_is_counted_and_whom_it_concerns_is_recused(body):
    cast, meeting = body.cast, None
    meeting = body.in_session()
    decision = question(body, meeting, concerns=[cast.shop])
    decision, key = decisions.put(decision, by=cast.willa, at=body.now)
    assert key == ""
    assert Elector.objects.get(decision=decision, user=cast.elliot).recused == "concerned"
    with pytest.raises(Denied, match="recused"):
        decisions.cast(decision, "no", by=cast.elliot, at=body.now)
    with pytest.raises(Denied, match="when the vote was opened"):
        decisions.cast(decision, "yes", by=cast.carla, at=body.now)
    bodies.end_term(body.terms[2], by=cast.carla, at=body.now)
    xia = User.objects.get(pk=body.xia.pk)
    body.office(xia, "observer")
    with pytest.raises(Denied, match="Only members"):  # she left while the vote is open
        decisions.cast(decision, "yes", by=xia, at=body.now)
    vote(decision, {cast.willa: "no", body.wen: "yes", cast.ben: "yes", cast.priya: "no"})
    decisions.cast(decision, "yes", by=cast.willa, at=body.now)  # she thought again
    decision = decisions.count(decision, by=cast.willa, at=body.now)
    assert decision.state == "adopted"
    assert decision.result["heads"] == {"yes": 3, "no": 1, "abstain": 0}
    assert (decision.result["may"], decision.result["voted"], decision.result["recused"]) == (5, 4, 1)
    with pytest.raises(Denied, match="not open"):
        decisions.cast(decision, "no", by=body.wen, at=body.now)


def test_a_weighted_count_says_why_it_came_out_so(body):
    body.seats[3].votes = 4
    body.seats[3].save()
    meeting, by = body.in_session(items=["Buses"]), {"by": body.cast.willa, "at": body.now}
    asked = question(body, meeting, item=meeting.items.get(), rule=body.each, concerns=[body.cast.center])
    chair, member = of(body.cast.willa), of(body.wen)
    url = reverse("decision", args=[asked.public_id])
    law = "does not agree, and the question is rejected"
    assert law in chair.get(url).content.decode()
    decision, _key = decisions.put(asked, **by)
    vote(decision, dict(zip(body.members, ["yes", "yes", "yes", "no"], strict=False)))
    # Silence is not agreement: everybody reads of whom nobody voted yet, and the chair what closing now would mean.
    page = " ".join(re.sub("<[^>]*>", "", member.get(url).content.decode()).split())
    assert law in page
    assert f"Employers: 0 of 1 Not yet: {body.cast.elliot.full_name} nobody has voted yet" in page
    assert "Unions: 1 of 1Workers: 3 of 3" in page
    assert "Schools" not in page  # whom it concerns is not asked
    assert "If you close the vote now" not in page
    assert "nobody has voted yet: employers." in chair.get(url).content.decode()
    assert decisions.count(decision, **by).state == "rejected"
    plain, _key = decisions.put(question(body, meeting, item=meeting.items.get()), **by)
    vote(plain, dict(zip(body.members, ["yes", "yes", "yes", "no"], strict=False)))
    assert decisions.count(plain, **by).state == "rejected"  # three to one by heads
    page = of(body.wen).get(reverse("decision", args=[plain.public_id])).content.decode()
    assert "Counted with the weights: 3 yes, 4 no, 0 abstained." in page
    assert "Yes: 3 of the 7 that count for the majority." in page
    page = of(body.wen).get(reverse("decision", args=[decision.public_id])).content.decode()
    assert "Yes: 1 of the 2 that count for the majority." in page
    assert page.count("does not agree") == 2
    assert all(why in page for why in ("too few yes votes", "nobody voted", "Not every one did"))
    minutes.paper_of(meeting)
    page = of(body.wen).get(reverse("minutes", args=[meeting.public_id])).content.decode()
    assert page.count("Counted with the weights") == 2


def test_nothing_is_put_without_a_quorum_and_a_member_cannot_put_it(body):
    meeting = body.in_session(present=body.members[:3])
    decision = question(body, meeting)
    with pytest.raises(Denied, match="no quorum"):
        decisions.put(decision, by=body.cast.willa, at=body.now)
    with pytest.raises(Denied, match="chair and the facilitators"):
        decisions.put(decision, by=body.wen, at=body.now)
    agreed = question(body, meeting, method="consensus", rule=None)
    with pytest.raises(Denied, match="no quorum"):
        decisions.agree(agreed, adopted=True, dissent="", by=body.cast.willa, at=body.now)
    meetings.check_in(meeting, how="online", user=body.cast.ben, by=body.cast.willa, at=body.now)
    agreed = decisions.agree(agreed, adopted=True, dissent="Ben: too slow.", by=body.cast.willa, at=body.now)
    assert (agreed.state, agreed.dissent, agreed.result["may"]) == ("adopted", "Ben: too slow.", 4)


def test_a_charter_without_secret_votes_has_none_and_weights_are_not_secret(body):
    meeting = body.in_session()
    with pytest.raises(Denied, match="all votes of this council are open"):
        question(body, meeting, method="secret")
    body.council.ballots = "secret"
    body.council.save(update_fields=["ballots"])
    meeting.refresh_from_db()
    with pytest.raises(Denied, match="all votes of this council are secret"):
        question(body, meeting)
    with pytest.raises(Denied, match="a weight would tell"):
        question(body, meeting, method="secret", rule=body.each)


def rows(table, columns="*"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table}")
        return cursor.fetchall()


def test_of_a_secret_vote_nobody_not_even_with_the_whole_database_joins_voter_and_vote(body):
    body.council.ballots = "choice"
    body.council.save(update_fields=["ballots"])
    meeting = body.in_session()
    decision = question(body, meeting, method="secret")
    decision, key = decisions.put(decision, by=body.cast.willa, at=body.now)
    before = Event.objects.count()
    choices = dict(zip(body.members, ["yes", "no", "yes", "abstain", "yes"], strict=False))
    seen = []
    for person, choice in choices.items():
        decisions.cast(decision, choice, by=person, at=body.now)
        seen.append({str(pk) for (pk,) in rows("councils_ballot", "id")})
    # No event tells that, when or in which order somebody voted; no plain vote lies anywhere.
    assert Event.objects.count() == before
    assert not Vote.objects.exists()
    # With each vote every row is written anew: no ballot keeps its number, and neither table shows who came last.
    assert all(not earlier & later for earlier, later in pairwise(seen))
    assert len({xmin for (xmin,) in rows("councils_ballot", "xmin::text")}) == 1
    assert len({xmin for (xmin,) in rows("councils_elector", "xmin::text")}) == 1
    # What lies there says nothing without the key, and the key lies nowhere.
    sealed = [bytes(ballot.sealed) for ballot in Ballot.objects.all()]
    assert len({len(paper) for paper in sealed}) == 1
    assert not any(word in paper for paper in sealed for word in (b"yes", b"no ", b"abstain"))
    everything = str(
        [rows(name) for name in connection.introspection.table_names() if name.startswith(("councils", "ledger"))]
    )
    assert key not in everything
    assert key.replace("-", "") not in everything
    with pytest.raises(Denied, match="nobody can find it"):
        decisions.cast(decision, "no", by=body.cast.willa, at=body.now)
    with pytest.raises(Denied, match="not the closing key"):
        decisions.count(decision, key=sealing.new_key(), by=body.cast.willa, at=body.now)
    decision = decisions.count(decision, key=key.lower(), by=body.cast.willa, at=body.now)
    assert decision.result["heads"] == {"yes": 3, "no": 1, "abstain": 1}
    assert (decision.result["may"], decision.result["voted"], decision.result["by"]) == (6, 5, {})
    assert not Ballot.objects.exists()
    assert Elector.objects.filter(decision=decision, voted=True).count() == 5


def test_two_secret_votes_are_not_counted_for_they_would_tell(body):
    body.council.ballots = "choice"
    body.council.save(update_fields=["ballots"])
    decision = question(body, body.in_session(), method="secret")
    decision, key = decisions.put(decision, by=body.cast.willa, at=body.now)
    vote(decision, {body.cast.willa: "yes", body.wen: "no"})
    decisions.recuse(decision, by=body.xia, at=body.now)
    with pytest.raises(Denied, match="Fewer than three"):
        decisions.count(decision, key=key, by=body.cast.willa, at=body.now)
    decision = decisions.withdraw(decision, by=body.cast.willa, at=body.now)
    assert decision.state == Decision.State.WITHDRAWN
    assert not Ballot.objects.exists()


def test_a_vote_that_goes_on_stands_on_top_of_the_meeting_and_the_next_one_has_its_majority(body):
    meeting, by = body.in_session(), {"by": body.cast.willa, "at": body.now}
    new, ours, chair = reverse("decision_new", args=[meeting.public_id]), of(body.cast.ben), of(body.cast.willa)
    assert f'<option value="{body.each.pk}" selected>' not in chair.get(new).content.decode()
    decision = question(body, meeting, rule=body.each)
    assert f'<option value="{body.each.pk}" selected>' in chair.get(new).content.decode()
    there = reverse("meeting", args=[meeting.public_id])
    assert "A vote is going on:" not in ours.get(there).content.decode()
    decision, _key = decisions.put(decision, **by)
    assert "A vote is going on:" in ours.get(there).content.decode()
    decisions.count(decision, **by)
    assert "A vote is going on:" not in ours.get(there).content.decode()

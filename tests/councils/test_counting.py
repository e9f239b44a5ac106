"""Quorum, majorities, sealed ballots, merged texts, days of a series: all without a database."""

import random
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from councils import sealing
from councils.calendar import days_of, moment
from councils.counting import Majority, Paper, quorum, tally
from councils.markdown import html
from councils.merging import BETWEEN, merge
from councils.models import Series

SIMPLE = Majority(1, 2, True, "cast", "seat", False)


def papers(*rows):
    return [Paper(*row) for row in rows]


def test_a_quorum_is_more_than_half_of_the_seats_held_and_somebody_of_each_constituency():
    held = ["worker"] * 4 + ["union"] * 2
    assert not quorum(held, ["worker"] * 3, 50, {}).met  # three of six is not more than half
    assert quorum(held, ["worker"] * 4, 50, {}).met
    assert not quorum(held, ["worker"] * 4, 50, {"union": 1}).met
    assert quorum(held, ["worker"] * 3 + ["union"], 50, {"union": 1}).met
    assert not quorum(["worker"], ["worker"], 50, {"union": 1}).met  # nobody holds a union seat: there is no quorum
    assert not quorum([], [], 50, {}).met
    assert quorum(held, held, 100, {}).met


def test_majorities_count_what_they_say():
    three_two = papers(*[("worker", 1, "yes")] * 3, *[("union", 1, "no")] * 2)
    assert tally(SIMPLE, three_two, [])["adopted"]
    assert not tally(SIMPLE, three_two[1:] + papers(("union", 1, "abstain")), [])["adopted"]  # two to two
    two_thirds = Majority(2, 3, False, "present", "seat", False)
    assert not tally(two_thirds, three_two, [])["adopted"]
    assert tally(two_thirds, three_two[:4] + papers(("worker", 2, "yes")), [])["adopted"]  # a seat with two votes
    assert not tally(two_thirds, papers(*[("worker", 1, "yes")] * 3, ("worker", 1, None), ("worker", 1, None)), [])[
        "adopted"
    ]
    of_all = Majority(1, 2, True, "seats", "seat", False)
    assert not tally(of_all, three_two, [("worker", 1)] * 6)["adopted"]  # three of six seats
    assert not tally(SIMPLE, papers(("worker", 1, "abstain")), [])["adopted"]  # of nothing, nothing is enough


def test_constituencies_may_weigh_the_same_and_each_may_have_to_agree():
    one_union = papers(*[("worker", 1, "yes")] * 5, ("union", 1, "no"), ("employer", 1, "no"))
    assert tally(SIMPLE, one_union, [])["adopted"]
    alike = Majority(1, 2, True, "cast", "constituency", False)
    assert not tally(alike, one_union, [])["adopted"]  # one constituency against two
    each = Majority(1, 2, True, "cast", "seat", True)
    count = tally(each, one_union, [])
    assert not count["adopted"]
    assert count["by"]["worker"]["agrees"]
    assert not count["by"]["union"]["agrees"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5), st.sampled_from(["yes", "no", "abstain", None]))))
@settings(max_examples=60, deadline=None)
def test_more_yes_never_hurts(rows):
    for of in ("cast", "present", "seats"):
        law = Majority(2, 3, False, of, "seat", False)
        seats = [(name, votes) for name, votes, _choice in rows]
        before = tally(law, papers(*rows), seats)["adopted"]
        after = tally(law, papers(*[(n, v, "yes" if c == "no" else c) for n, v, c in rows]), seats)["adopted"]
        assert after or not before


def test_a_sealed_choice_opens_only_with_its_key_and_for_its_vote_and_tells_nothing_by_its_length():
    key, other = sealing.new_key(), sealing.new_key()
    sealed = [sealing.seal(sealing.lock_of(key), choice, b"vote 1") for choice in ("yes", "no", "abstain", "yes")]
    assert len({len(paper) for paper in sealed}) == 1
    assert len(set(sealed)) == 4  # two yes look different
    assert [sealing.unseal(key.lower().replace("-", " "), s, b"vote 1") for s in sealed] == [
        "yes",
        "no",
        "abstain",
        "yes",
    ]
    for wrong, about in ((other, b"vote 1"), (key, b"vote 2"), ("", b"vote 1")):
        with pytest.raises(sealing.WrongKey):
            sealing.unseal(wrong, sealed[0], about)


def test_two_texts_are_put_together_and_no_line_is_lost():
    assert merge("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD") == ("A\nb\nc\nD", False)
    assert merge("", "mine", "theirs") == ("theirs\nmine", False)
    assert merge("", "sent before\nmine", "sent before") == ("sent before\nmine", False)
    # A sentence that was sent half, and is whole now, stands there once; what somebody took away is not put back.
    assert merge("", "The vote was open", "The vote") == ("The vote was open", False)
    assert merge("Quorum.\nMet", "Quorum.\nMet at nine", "Quorum.\nMet at") == ("Quorum.\nMet at nine", False)
    assert merge("Met at nine", "Met at nine sharp", "Met") == (f"Met\n{BETWEEN}\nMet at nine sharp", True)
    assert merge("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc") == ("a\ntheirs\n— — —\nmine\nc", True)
    dice = random.Random(7)
    for _ in range(500):
        base = [dice.choice("abcd") for _ in range(dice.randint(0, 6))]
        mine, theirs = base[:], base[:]
        for text, letters in ((mine, "ef"), (theirs, "gh")):
            for _ in range(3):
                if text and dice.random() < 0.4:
                    text.pop(dice.randrange(len(text)))
                else:
                    text.insert(dice.randint(0, len(text)), dice.choice(letters))
        whole, _clash = merge("\n".join(base), "\n".join(mine), "\n".join(theirs))
        for letter in "efgh":
            assert whole.split("\n").count(letter) == mine.count(letter) + theirs.count(letter)


def test_series_meet_on_their_day_and_at_their_hour_whatever_the_clocks_do():
    third = Series(unit="month", every=2, nth=3, first_on=date(2026, 11, 19), local_time=time(17, 30))
    assert list(days_of(third, date(2027, 5, 31))) == [
        date(2026, 11, 19),
        date(2027, 1, 21),
        date(2027, 3, 18),
        date(2027, 5, 20),
    ]
    last = Series(unit="month", every=1, nth=-1, first_on=date(2027, 1, 1), until=date(2027, 3, 1))
    assert list(days_of(last, date(2028, 1, 1))) == [date(2027, 1, 29), date(2027, 2, 26)]
    weeks = Series(unit="week", every=2, first_on=date(2026, 12, 30), until=None)
    assert list(days_of(weeks, date(2027, 1, 31))) == [date(2026, 12, 30), date(2027, 1, 13), date(2027, 1, 27)]
    winter, summer = (
        moment(day, time(17, 30), "America/Los_Angeles") for day in (date(2027, 3, 11), date(2027, 3, 18))
    )
    assert (winter.utcoffset(), summer.utcoffset()) != (summer.utcoffset(), winter.utcoffset())
    assert winter.time() == summer.time() == time(17, 30)
    assert moment(date(2027, 3, 14), time(2, 30), "America/Los_Angeles").time() == time(3, 30)  # an hour left out


def test_markdown_keeps_words_and_lets_nothing_active_through():
    said = html(
        "# Top\n\n**bold** <script>alert(1)</script> [a](javascript:alert(1)) [b](https://x.example) ![i](https://x/y.png)"
        "\n\n<img src=x onerror=alert(1)>\n\n[c](data:text/html;base64,xx)"
    )
    assert "<h3>Top</h3>" in said
    assert "<strong>bold</strong>" in said
    assert 'href="https://x.example"' in said
    for active in ("<script", "<img", 'href="javascript', 'href="data'):
        assert active not in said

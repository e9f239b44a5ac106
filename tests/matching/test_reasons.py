"""Every gate, in every state, for every reason: the whole sentence, in both languages, as people read it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override

from matching import reasons, rules
from matching.rules import Held, Opening, Trainee

TODAY = date(2026, 11, 24)
WELDER, LABORER = "51-4121.00", "47-2061.00"
FONTANA, RIALTO, FRESNO = (34.0925, -117.4351), (34.1064, -117.3703), (36.7468, -119.7726)

CARD = Held(
    credential="osha10",
    certification=1,
    level="provider",
    state="verified",
    issued_on=date(2026, 1, 1),
    expires_on=None,
    provider="Inland Trades Training Center",
    provider_id=7,
    provider_is_employer=False,
    validity="none",
)
FORKLIFT = replace(CARD, credential="forklift", validity="employer", expires_on=date(2029, 3, 1))
CLAIMED = replace(CARD, level="self", state="recorded", provider="", provider_id=None)
OVER = replace(CARD, state="expired", expires_on=date(2026, 11, 20))
TURNED = replace(CARD, expires_on=date(2026, 11, 23))  # the night has not marked it yet
ELSEWHERE = replace(FORKLIFT, provider="Rialto Steel", provider_is_employer=True)

ANA = Trainee(id=1, zip="92335", point=FONTANA, trained=frozenset({WELDER}))
SHOP = Opening(
    id=1, organization_id=3, occupation=WELDER, zip="92376", point=RIALTO, wage_min_cents=2450, wage_max_cents=3100
)
OSHA = replace(SHOP, required=("osha10",))
LIFT = replace(SHOP, required=("forklift",))
GROUP = replace(SHOP, any_of=(("osha10", "forklift"),))


def holding(*held):
    return replace(ANA, held=held)


def asking(**values):
    return replace(SHOP, **{name: frozenset(v) if isinstance(v, tuple) else v for name, v in values.items()})


CASES = {
    "trade, chosen": ("trade", replace(ANA, wishes=frozenset({WELDER})), SHOP),
    "trade, not chosen": ("trade", replace(ANA, wishes=frozenset({LABORER})), SHOP),
    "trade, trained": ("trade", ANA, SHOP),
    "trade, trained for another": ("trade", replace(ANA, trained=frozenset({LABORER})), SHOP),
    "trade, not known": ("trade", replace(ANA, trained=frozenset()), SHOP),
    "distance, near": ("distance", ANA, SHOP),
    "distance, at home": ("distance", replace(ANA, miles=1), replace(SHOP, zip="92335", point=FONTANA)),
    "distance, far": ("distance", ANA, replace(SHOP, zip="93721", point=FRESNO)),
    "distance, not known": ("distance", replace(ANA, zip="", point=None), SHOP),
    "certificate, for ever": ("credential", holding(CARD), OSHA),
    "certificate, until": ("credential", holding(replace(CARD, expires_on=date(2027, 3, 1))), OSHA),
    "certificate, by the issuer": ("credential", holding(replace(CARD, level="issuer")), OSHA),
    "certificate, evaluated again": ("credential", holding(FORKLIFT), LIFT),
    "certificate, missing": ("credential", ANA, OSHA),
    "certificate, expired": ("credential", holding(OVER), OSHA),
    "certificate, over since yesterday": ("credential", holding(TURNED), OSHA),
    "certificate, claimed": ("credential", holding(CLAIMED), OSHA),
    "certificate, at another employer": ("credential", holding(ELSEWHERE), LIFT),
    "one of, for ever": ("any_of", holding(CARD), GROUP),
    "one of, evaluated again": ("any_of", holding(FORKLIFT), GROUP),
    "one of, missing": ("any_of", ANA, GROUP),
    "one of, expired": ("any_of", holding(OVER), GROUP),
    "one of, claimed": ("any_of", holding(CLAIMED), GROUP),
    "one of, at another employer": ("any_of", holding(ELSEWHERE), GROUP),
    "license, the same": ("license", replace(ANA, license="C"), asking(license="C")),
    "license, higher": ("license", replace(ANA, license="A"), asking(license="B")),
    "license, lower": ("license", replace(ANA, license="C"), asking(license="A")),
    "license, none": ("license", replace(ANA, license=""), asking(license="C")),
    "license, not known": ("license", ANA, asking(license="C")),
    "languages, all": ("languages", replace(ANA, languages=frozenset({"en", "es"})), asking(languages=("en", "es"))),
    "languages, one lacking": ("languages", replace(ANA, languages=frozenset({"es"})), asking(languages=("en", "es"))),
    "languages, two lacking": ("languages", replace(ANA, languages=frozenset({"vi"})), asking(languages=("en", "es"))),
    "languages, not known": ("languages", ANA, asking(languages=("en",))),
    "shifts, some": (
        "shifts",
        replace(ANA, shifts=frozenset({"day", "night"})),
        asking(shifts=("day", "night", "weekend")),
    ),
    "shifts, none": ("shifts", replace(ANA, shifts=frozenset({"day"})), asking(shifts=("night", "weekend"))),
    "shifts, not known": ("shifts", ANA, asking(shifts=("swing",))),
    "pay, nothing named": ("wage", ANA, SHOP),
    "pay, enough": ("wage", replace(ANA, wage_wish_cents=2500), SHOP),
    "pay, too little": ("wage", replace(ANA, wage_wish_cents=3200), SHOP),
    "start, in time": ("dates", replace(ANA, available_from=date(2026, 12, 1)), asking(starts_on=date(2027, 1, 4))),
    "start, too late": ("dates", replace(ANA, available_from=date(2027, 2, 1)), asking(starts_on=date(2027, 1, 4))),
}


# Beside this file: one case a line, its state, label, sentence, source and, where one is open, the question.
# Those of “own” are what the trainee reads, the others what everybody else does.
SENTENCES = {
    (whose, language): dict(line.split(": ", 1) for line in text.splitlines())
    for whose in ("reasons", "reasons.own")
    for language in ("en", "es")
    if (text := Path(__file__).with_name(f"{whose}.{language}.txt").read_text())
}


def said(name: str, whose: str, language: str, names) -> str:
    """One case's gate as it is read."""
    gate_name, trainee, opening = CASES[name]
    gate = next(g for g in rules.judge(trainee, opening, TODAY).gates if g.name == gate_name)
    with override(language):
        (reason,) = reasons.explain([gate.as_dict()], names, own=whose == "reasons.own")
        return " | ".join([reason.state, reason.label, reason.text, reason.source or "-", *reasons.asks([reason])])


@pytest.fixture(scope="module")
def names():
    return reasons.Names()


@pytest.mark.django_db
@pytest.mark.parametrize(("whose", "language"), SENTENCES)
def test_every_gate_reads_as_a_sentence(names, whose, language):
    assert {name: said(name, whose, language, names) for name in CASES} == SENTENCES[whose, language]


@pytest.mark.parametrize(("language", "other"), [("en", "the person"), ("es", "la persona")])
def test_a_trainee_is_spoken_to_and_not_of(language, other):
    assert not [line for line in SENTENCES["reasons.own", language].values() if other in line.lower()]


def test_no_case_is_left_out():
    gates = {name for name, _trainee, _opening in CASES.values()}
    assert gates == set(reasons._SAY)
    for gate in gates - {"wage", "dates"}:  # these two are never unknown
        states = {
            SENTENCES["reasons", "en"][case].split(" | ")[0] for case, (name, *_rest) in CASES.items() if name == gate
        }
        assert states == {rules.MET, rules.MISSING, rules.UNKNOWN}, gate

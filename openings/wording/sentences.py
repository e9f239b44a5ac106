"""What is said about words that do not belong in an opening: the law, and what to write instead."""

from django.utils.translation import gettext_lazy as _

OF = {
    "record": _(
        "“%(words)s” shuts out people with a record. The Fair Chance Act does not allow that in an opening: each "
        "person's history is looked at on its own, after an offer. Take these words out; you may say that a "
        "background check follows."
    ),
    "age": _(
        "“%(words)s” shuts out older people. The Age Discrimination in Employment Act does not allow that in an "
        "opening. Take these words out; you may name a least age that the law asks for, such as “18 or older”, and "
        "what the work needs, such as “lifts 50 pounds”."
    ),
    "sex": _(
        "“%(words)s” chooses people by their sex. The Civil Rights Act and California Government Code 12940 do not "
        "allow that in an opening. Take these words out; you may say what the work needs, and that everybody is "
        "welcome."
    ),
    "origin": _(
        "“%(words)s” chooses people by where they or their family come from, or by their race, their faith or whom "
        "they love. The Civil Rights Act and California Government Code 12940 do not allow that in an opening. Take "
        "these words out; you may say that people must be authorized to work in the United States."
    ),
    "tongue": _(
        "“%(words)s” shuts out people who learned the language later. The Civil Rights Act and California Government "
        "Code 12940 do not allow that in an opening. Write what the work needs instead, such as “speaks English with "
        "customers”."
    ),
    "marital": _(
        "“%(words)s” chooses people by their family, their marriage or a pregnancy. California "
        "Government Code 12940 does not allow that in an opening. Take these words out; you may say the hours, "
        "and how much people travel."
    ),
    "disability": _(
        "“%(words)s” shuts out people with a disability or an old injury. The Americans with Disabilities Act and "
        "California Government Code 12940 do not allow that in an opening. Write what has to be done instead, such as "
        "“climbs ladders” or “lifts 50 pounds”."
    ),
    "number": _(
        "“%(words)s” asks people for a number that a thief could use. California Civil Code 1798.85 protects Social "
        "Security numbers, and no opening may ask for such numbers. Take these words out; ask for them after the hire, "
        "on the official forms."
    ),
    "papers": _(
        "“%(words)s” asks for immigration papers. Federal law (8 U.S.C. 1324b) leaves it to the worker which papers to "
        "show, after the hire. Take these words out; you may say that people must be authorized to work in the United "
        "States."
    ),
    "birth": _(
        "“%(words)s” asks for people's age. The Age Discrimination in Employment Act and California Government Code "
        "12940 protect people from being chosen by it. Take these words out; you may name a least age that the law "
        "asks "
        "for, such as “18 or older”."
    ),
    "photo": _(
        "“%(words)s” asks for people's photo. California's rules (2 CCR 11016) do not allow that with an application. "
        "Take "
        "these words out; you may ask for photos of finished work."
    ),
    "payment": _(
        "“%(words)s” asks people for money. California Labor Code 450 does not allow a fee for applying, and 402 "
        "allows "
        "hardly any deposit. Take these words out. You may say what the employer pays for."
    ),
    "fee": _(
        "“%(words)s” asks people for money. California Labor Code 450 forbids a fee for applying for work. Which rule "
        "of your program allows it, and who can have it waived?"
    ),
    "citizen": _(
        "“%(words)s” shuts out people who may work here. Federal law (8 U.S.C. 1324b) allows that only where a law, a "
        "regulation or a public contract demands it. Which one does? Otherwise write “authorized to work in the United "
        "States”."
    ),
    "faith": _(
        "“%(words)s” chooses people by their faith. The Civil Rights Act allows that only to religious organizations. "
        "Which law allows it here? Otherwise take these words out."
    ),
    "sex_doubt": _(
        "“%(words)s” reads as if only one sex were meant. The Civil Rights Act allows that only where the law says so. "
        "Which law does? Otherwise write “people”, “workers” or the name of the trade."
    ),
    "youth": _(
        "“%(words)s” can shut out older people. The Age Discrimination in Employment Act allows that only in programs "
        "that the law keeps for the young. Which program is it? Otherwise write “no experience needed”."
    ),
    "health": _(
        "“%(words)s” can shut out people with a disability. The Americans with Disabilities Act asks you to say what "
        "the work needs. Which rule asks for it? Otherwise write, for example, “lifts 50 pounds”."
    ),
    "english_only": _(
        "“%(words)s” can forbid people their own language. California Government Code 12951 allows that only where the "
        "work cannot be done otherwise. Why is it so here? Otherwise write what the work needs, such as “reads safety "
        "signs in English”."
    ),
}


def of(ground: str, words: str) -> str:
    return OF[ground] % {"words": words}

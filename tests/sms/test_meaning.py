"""What a text means, whatever the case, the accents and the marks around it."""

import pytest

from notifications.sms import meaning
from notifications.sms.meaning import Meaning


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "stop",
            "STOP|stop.|Stop! |STOPALL|stop all|Unsubscribe|CANCEL|end|Quit|revoke|OPTOUT|opt-out|Opt out|ALTO|¡alto!|"
            "parar|Cancelar|BAJA|Darme de baja|basta|Ya basta|no me manden más|No más mensajes|stop please|"
            "alto por favor|Stop texting me|  stop  |\nSTOP\n|ＳＴＯＰ|don't text me|STOP 👍",
        ),
        ("start", "START|unstop|Comenzar|INICIAR|¡Alta!"),
        ("help", "HELP|help!|info|Ayuda|AYUDA?|información|informacion"),
        (
            "yes",
            "1|1.|(1)|1️⃣|yes|YES!|Yes please|y|si|sí|SÍ|¡Sí!|Si, por favor|"
            "1 yes|yes 1|1 sí|1 = sí|me interesa|yes thank you|1 gracias|👍|👍🏽",
        ),
        ("not_now", "2|2)|not now|Not now.|later|ahora no|Ahora no, gracias|más tarde|2 not now|2 ahora no|luego"),
        ("no", "3|#3|no|NO.|nope|no thanks|No, gracias|3 no|no 3|not interested|no me interesa"),
        ("far", "4|#4|too far|4 too far|¡Lejos!|lejos 4|4 gracias"),
        ("care", "7|7 I care for someone|cuido a alguien|7. Cuido a alguien"),
        ("working", "8|8 ya trabajo|I have work|ocho"),
        (
            "",
            "1 no|3 yes|4 yes|1 too far|4 5|10|"
            "ok|sure|0|12|hello|what is this?|no se|call me|cancel my interview on Monday|end of day|👋||…",
        ),
    ],
)
def test_each_word_in_its_many_forms(word, said):
    for text in said.split("|"):
        assert meaning.read(text).word == word, repr(text)


@pytest.mark.parametrize(
    ("said", "word", "letter"),
    [
        ("A", "", "A"), ("b", "", "B"), ("a1", "yes", "A"), ("A 1", "yes", "A"), ("1a", "yes", "A"),
        ("2 B", "not_now", "B"),
        ("b no", "no", "B"), ("B: no gracias", "no", "B"), ("sí a", "yes", "A"), ("C.", "", "C"), ("a b", "", ""),
        ("e", "", ""), ("año", "", ""), ("a hello", "", ""), ("b stop", "", ""),
    ],
)  # fmt: skip
def test_a_letter_names_one_of_several_questions(said, word, letter):
    assert meaning.read(said) == Meaning(word, letter)


def test_no_word_means_two_things_and_stop_wins_in_both_languages():
    phrases = [p.strip() for listed in meaning._WORDS.values() for p in listed.split(",")]
    assert len(phrases) == len(set(phrases))
    for english in "stop quit end revoke optout cancel unsubscribe".split():  # noqa: SIM905 - as the rule lists them
        assert meaning.read(english).word == meaning.STOP


def test_a_long_letter_is_read_in_an_instant_and_means_nothing():
    assert meaning.read("no " * 50_000) == Meaning()
    assert meaning.read("\u0301" * 10_000) == Meaning()


def test_the_language_of_a_stranger_is_that_of_their_word():
    assert meaning.in_spanish("¡Alto!")
    assert meaning.in_spanish("AYUDA")
    assert not meaning.in_spanish("stop")

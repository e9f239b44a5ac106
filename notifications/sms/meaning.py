"""What a text from a person means. Case, accents, marks and blanks do not count; both languages always do."""

import re
import unicodedata
from dataclasses import dataclass, field

STOP, START, HELP = "stop", "start", "help"
YES, NOT_NOW, NO = "yes", "not_now", "no"
ANSWERS = (YES, NOT_NOW, NO)
HIRED = "hired"  # nobody has to ask first
# Why not. Their numbers are none of the answers', so that a reason that comes late or unasked is never a yes.
REASONS = (FAR, PAY, HOURS, CARE, WORKING, TRADE) = ("far", "pay", "hours", "care", "working", "trade")
UNCLEAR = ""

# Each said alone. The first seven of STOP are law (47 CFR 64.1200 (a) (10)); the others are what people write.
_WORDS = {
    STOP: (
        "stop, quit, end, revoke, opt out, cancel, unsubscribe, optout, stopall, stop all, remove me, no more, "
        "no more texts, no more messages, do not text me, dont text me, leave me alone, "
        "alto, parar, pare, para, paren, basta, ya basta, cancelar, cancele, baja, dar de baja, darme de baja, "
        "deme de baja, de baja, detener, terminar, salir, anular, no mas, no mas mensajes, no me manden mas, "
        "no me mande mas, no me manden mas mensajes, no me mande mas mensajes, no me escriban mas, "
        "no quiero mas mensajes, no quiero mensajes"
    ),
    START: "start, unstop, subscribe, resume, comenzar, comience, iniciar, inicio, empezar, alta, reanudar, suscribir",
    HELP: "help, info, information, ayuda, informacion, ayudame, ayudeme, auxilio",
    YES: (
        # No "ok" and no "sure": a yes shares a person's contact, so it has to be one.
        "1, yes, y, yes please, yep, yeah, yes i want this, i want this, i want it, interested, i am interested, "
        "im interested, si, sip, si por favor, si quiero, lo quiero, si lo quiero, claro que si, me interesa, "
        "si me interesa, acepto, one, uno"
    ),
    NOT_NOW: (
        "2, not now, later, maybe later, not yet, not right now, ahora no, por ahora no, no ahora, no por ahora, "
        "todavia no, aun no, luego, mas tarde, despues, quiza despues, two, dos"
    ),
    NO: (
        "3, no, n, nope, no thanks, no thank you, not interested, i am not interested, im not interested, "
        "no gracias, no me interesa, no quiero, no lo quiero, three, tres"
    ),
    FAR: "4, far, too far, it is too far, its too far, lejos, muy lejos, esta lejos, queda lejos, four, cuatro",
    PAY: "5, pay, low pay, the pay is too low, pago, poco pago, pagan poco, five, cinco",
    HOURS: "6, hours, the hours, the hours do not fit, horario, el horario, las horas, six, seis",
    CARE: "7, care, childcare, i care for someone, cuido a alguien, cuidado de ninos, seven, siete",
    WORKING: "8, working, i work, i have work, i have a job, ya trabajo, eight, ocho",
    TRADE: "9, other work, other trade, i want other work, otro trabajo, otro oficio, nine, nueve",
    HIRED: (
        "hired, i got hired, i was hired, i am hired, im hired, got hired, i got a job, i got the job, got a job, "
        "i found work, i found a job, found work, found a job, contratado, contratada, me contrataron, "
        "ya me contrataron, me dieron trabajo, me dieron el trabajo, consegui trabajo, ya consegui trabajo, "
        "encontre trabajo, ya encontre trabajo, tengo trabajo, ya tengo trabajo"
    ),
}
_MEANS = {phrase.strip(): word for word, phrases in _WORDS.items() for phrase in phrases.split(",")}
# Begun with one of these, a short sentence is still that: "stop please", "alto por favor", "stop texting me".
_STOPPERS = {"stop", "stopall", "unsubscribe", "optout", "alto", "parar", "paren", "basta"}
_SPANISH = {
    *("alto", "parar", "pare", "para", "paren", "basta", "cancelar", "cancele", "baja", "detener", "terminar", "salir"),
    *("anular", "comenzar", "comience", "iniciar", "inicio", "empezar", "alta", "reanudar", "suscribir", "ayuda"),
    *("informacion", "ayudame", "ayudeme", "auxilio", "si", "claro", "contratado", "contratada", "contrataron"),
}
_COURTESY = re.compile(r"(?<=.)( (please|thanks|thank you|por favor|gracias|muchas gracias))+$")
_SHORT = 4  # words
LETTERS = "abcd"
_NUMBERS = set("123456789")
# "Hired at Rialto Steel", "me contrataron en Rialto Steel": who hired stands behind.
_HIRED_AT = re.compile(
    r"\W*(?:i (?:got|was|am) |i'm |ya |me )*(?:hired|contratad[oa]|contrataron|(?:consegui|encontre) trabajo)"
    r" (?:at|by|with|en|por|con)\s+(?P<whom>\w.{1,118})", re.IGNORECASE,
)  # fmt: skip
_THUMBS = {"\N{THUMBS UP SIGN}": "1", "\N{WHITE HEAVY CHECK MARK}": "1", "\N{THUMBS DOWN SIGN}": "3"}


@dataclass(frozen=True)
class Meaning:
    """One of the words above, and of several open questions the one that was named by its letter."""

    word: str = UNCLEAR
    letter: str = ""
    rest: str = ""  # as they wrote it: who hired them
    numbered: bool = field(default=False, compare=False)  # said by its number, not in a word alone


def read(text: str) -> Meaning:
    """ "Sí." -> yes; "b 2" -> not now, to question B; "1 no" contradicts itself and means nothing."""
    said = bare(text)
    if word := _MEANS.get(said) or _MEANS.get(_COURTESY.sub("", said)):
        return Meaning(word, numbered=said[0].isdigit())
    if whom := _hired_at(text):
        return Meaning(HIRED, rest=whom)
    parts = said.split()
    if parts and parts[0] in _STOPPERS and len(parts) <= _SHORT:
        return Meaning(STOP)
    if word := _agreeing(parts):
        return Meaning(word, numbered=True)
    # A letter before or behind an answer, or alone: "A", "a1", "2 b", "b no".
    for letter, rest in ((parts[:1], parts[1:]), (parts[-1:], parts[:-1])):
        if letter and letter[0] in LETTERS:
            word = _MEANS.get(" ".join(rest)) or _agreeing(rest)
            if not rest or word in ANSWERS:
                return Meaning(word or UNCLEAR, letter[0].upper())
    return Meaning()


def _hired_at(text: str) -> str:
    """Who hired them, as they wrote it; accents do not count in the words before."""
    text = " ".join(unicodedata.normalize("NFC", text[:500]).split())
    plain = "".join(unicodedata.normalize("NFKD", c)[0] for c in text)
    found = _HIRED_AT.fullmatch(plain)
    return text[slice(*found.span("whom"))].strip(" .!") if found else ""


def in_spanish(text: str) -> bool:
    """Whether a text of one of our words is Spanish, for people whose language we do not know."""
    return bool(set(bare(text).split()) & _SPANISH)


def bare(text: str) -> str:
    """ "¡Sí, POR favor! " -> "si por favor"."""
    for mark, digit in _THUMBS.items():
        text = text.replace(mark, f" {digit} ")
    # Signs drawn around a digit (the key "1") and the accents fall off with the combining marks.
    letters = (c for c in unicodedata.normalize("NFKD", text[:500]) if not unicodedata.combining(c))
    kept = "".join(c for c in letters if unicodedata.category(c) not in ("Me", "Mn"))
    kept = re.sub(r"['’`´]", "", kept.casefold())  # don't -> dont
    kept = re.sub(r"\b([a-d])([123])\b|\b([123])([a-d])\b", r"\1\3 \2\4", kept)  # a1 -> a 1
    return " ".join(re.findall(r"\w+", kept))


def _agreeing(parts: list[str]) -> str:
    """A number with its word, in either order: "1 yes", "si 1", "2 ahora no"."""
    for number, rest in ((parts[:1], parts[1:]), (parts[-1:], parts[:-1])):
        if number and rest and number[0] in _NUMBERS and _MEANS.get(" ".join(rest)) == _MEANS[number[0]]:
            return _MEANS[number[0]]
    return UNCLEAR

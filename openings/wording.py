"""Words that shut out people with a record. Pure: text in, sentences out.

California's Fair Chance Act (Government Code 12952) and its rules (2 CCR 11017.1) do not allow an advertisement to say
that nobody with a conviction or arrest history is considered; they name "No Felons" and "Must Have Clean Record". They
cover hiring halls and lists of available people too. That a background check follows an offer may be said, and that
people with records are welcome.
"""

import re

from django.utils.translation import gettext as _

from imports.values.text import plain

# Each sentence is searched on its own, so that "Travel: no. Felons welcome" is not "no felons".
_SENTENCES = re.compile(r"[.!?;:•\n\r]+|\s[-–—]\s")

_RECORD = (
    r"(?:criminal|felony|arrest|police|prison|jail|conviction|court)"
    r" (?:records?|histor(?:y|ies)|pasts?|charges?|convictions?|backgrounds?)"
    r"|(?:ex |convicted )?felons?|felon(?:y|ies)|ex ?cons?|ex ?convicts?|convicts?|(?:ex |sex )?offenders?|criminals"
    r"|convictions?|arrests?|misdemeanou?rs?|rap sheets?|jail time|prison time|parolees?|probationers?"
)
_SOME = r"(?:(?:a|an|any|all|prior|previous|past|pending|recent|current|serious|violent|other|known|or|and) )*"
_HARMLESS = (
    r"(?! (?:checks?|screen\w*|questions?|restrictions?|exclusions?|barriers?|bars?|inquir\w+|disclosure|requirements?"
    r"|(?:background|history|record|conviction) (?:checks?|screen\w*|questions?)"
    r"|welcome\w*|friendly|ok|okay|accepted|encouraged|considered|asked|discriminat\w+)\b)"
)
_WHO = (
    r"(?:felons?|ex felons?|convicts?|ex ?cons?|offenders?"
    r"|(?:anyone|people|persons?|applicants?|candidates?|those|individuals?)"
    r" (?:with|having|who have) " + _SOME + rf"(?:{_RECORD}|records?))"
)
_ANTECEDENTES = (
    r"(?:antecedentes(?! (?:laborales|academicos|medicos|crediticios))|(?:historial|record|expediente)"
    r" (?:criminal|penal|delictivo|policial|policiaco|judicial)|felonias?|felones|ex ?convictos?|ex ?presidiarios?"
    r"|ex ?reos?|presidiarios|delincuentes|convictos|condenas|convicciones|delitos)"
)
_QUIEN = r"(?:(?:a )?(?:personas?|gente|candidatos|solicitantes|quienes?|nadie) (?:que )?(?:con|tengan?|tenga) |a )?"

_SHUT_OUT = [
    re.compile(rf"\b{pattern}")
    for pattern in (
        rf"(?:no|non|zero|without|free of|free from|nor|absence of|lack of) {_SOME}(?:{_RECORD})\b{_HARMLESS}",
        r"(?:(?:must|may|can|should|shall|could|do|does) not|cannot|cant|dont|mustnt) (?:have|possess)"
        rf" {_SOME}(?:{_RECORD})\b"
        rf"{_HARMLESS}",
        r"(?:clean|spotless|unblemished|perfect) (?:(?:criminal|background|police|legal|felony|court|arrest) )*"
        r"(?:record|background|history|rap sheet)\b(?! of\b)",
        r"clear (?:criminal |police |court )+(?:records?|backgrounds?|histor(?:y|ies))\b(?! checks?)",
        rf"{_WHO} (?:need not|do not|dont|cannot|can not|may not|should not|must not) (?:apply|be|inquire|work)\b",
        rf"{_WHO} (?:(?:will|can|shall|may|are|is) )?not (?:be )?"
        r"(?:considered|accepted|eligible|hired|allowed|wanted|welcome)",
        rf"{_WHO} (?:are|is|will be|shall be) (?:automatically )?(?:ineligible|disqualified|excluded|rejected)",
        rf"(?:do not|dont|will not|wont|cannot|can not|cant|not) (?:hire|consider|accept|employ|take) {_SOME}{_WHO}",
        r"(?:never|not|nor) (?:have |has |had )?(?:ever )?been"
        r" (?:convicted|arrested|charged with|incarcerated|in (?:jail|prison))",
        r"(?:felony|felon|crime|conviction|criminal record) free\b",
        rf"(?:{_RECORD}) (?:will|shall|is|are|may) (?:be )?(?:an? )?(?:automatic(?:ally)? )?"
        r"(?:disqualif|reject|exclu)\w*",
        r"(?:sin|no|ni|libre de|cero) (?:(?:tener|tenga|tengan|contar con|cuente con|poseer|ningun|ningunos|de|hay) )*"
        rf"{_ANTECEDENTES}\b",
        r"(?:record|historial|expediente) (?:criminal |penal |policial )?limpio\b(?! de (?:manejo|conducir|transito))",
        rf"no (?:se )?(?:acept|contrat|admit|consider|recib)\w+ {_QUIEN}(?:{_ANTECEDENTES})",
        r"personas con (?:antecedentes|record criminal)(?: penales)? (?:no |abstenerse|favor de no)",
        r"(?:no|nunca) (?:haber|haya|hayan|ha|han) (?:sido|estado)"
        r" (?:condenad|convict|arrestad|encarcelad|detenid|pres[oa])\w*",
    )
]


def shut_out(text: str) -> list[str]:
    """The words of the text, if any, that shut out people with a record; each once, as they were written."""
    found = []
    for part in _SENTENCES.split(text):
        said = plain(part)
        for pattern in _SHUT_OUT:
            if hit := pattern.search(said):
                found.append(_as_written(part, hit.group().strip()))
                break
    return list(dict.fromkeys(found))


def problems(text: str) -> list[str]:
    """A sentence for each wording that shuts people out, with the reason and what to do; none when all is well."""
    return [
        _(
            "“%(words)s” shuts out people with a record. The Fair Chance Act does not allow that in an opening: each "
            "person's history is looked at on its own, after an offer. Take these words out; you may say that a "
            "background check follows."
        )
        % {"words": words}
        for words in shut_out(text)
    ]


def _as_written(part: str, found: str) -> str:
    """The words of the original text that were found in its plain form."""
    spans = [(match.group(), match.start(), match.end()) for match in re.finditer(r"[^\W_]+(?:['’][^\W_]+)*", part)]
    words = [plain(word) for word, _start, _end in spans]
    wanted = found.split()
    for at in range(len(words) - len(wanted) + 1):
        if words[at : at + len(wanted)] == wanted:
            return part[spans[at][1] : spans[at + len(wanted) - 1][2]]
    return found

"""Words that shut out people with a record.

California's Fair Chance Act (Government Code 12952) and its rules (2 CCR 11017.1) do not allow an advertisement to say
that nobody with a conviction or arrest history is considered; they name "No Felons" and "Must Have Clean Record". They
cover hiring halls and lists of available people too. That a background check follows an offer may be said, and that
people with records are welcome.
"""

from .grounds import Ground

_RECORD = (
    r"(?:criminal|felony|arrest|police|prison|jail|conviction|court)"
    r" (?:records?|histor(?:y|ies)|pasts?|charges?|convictions?|backgrounds?)"
    r"|(?:ex |convicted )?felons?|felon(?:y|ies)|ex ?cons?|ex ?convicts?|convicts?|(?:ex |sex )?offenders?|criminals"
    r"|convictions?|arrests?|misdemeanou?rs?|rap sheets?|jail time|prison time|parolees?|probationers?"
)
_SOME = r"(?:(?:a|an|any|all|prior|previous|past|pending|recent|current|serious|violent|other|known|or|and) ){0,12}"
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

GROUNDS = [
    Ground(
        "record",
        rf"(?:no|non|zero|without|free of|free from|nor|absence of|lack of) {_SOME}(?:{_RECORD})\b{_HARMLESS}",
        r"(?:(?:must|may|can|should|shall|could|do|does) not|cannot|cant|dont|mustnt) (?:have|possess)"
        rf" {_SOME}(?:{_RECORD})\b"
        rf"{_HARMLESS}",
        r"(?:clean|spotless|unblemished|perfect) (?:(?:criminal|background|police|legal|felony|court|arrest) ){0,6}"
        r"(?:record|background|history|rap sheet)\b(?! of\b)",
        r"clear (?:criminal |police |court ){1,6}(?:records?|backgrounds?|histor(?:y|ies))\b(?! checks?)",
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
        r"(?:sin|no|ni|libre de|cero)"
        r" (?:(?:tener|tenga|tengan|contar con|cuente con|poseer|ningun|ningunos|de|hay) ){0,8}"
        rf"{_ANTECEDENTES}\b",
        r"(?:record|historial|expediente) (?:criminal |penal |policial )?limpio\b(?! de (?:manejo|conducir|transito))",
        rf"no (?:se )?(?:acept|contrat|admit|consider|recib)\w+ {_QUIEN}(?:{_ANTECEDENTES})",
        r"personas con (?:antecedentes|record criminal)(?: penales)? (?:no |abstenerse|favor de no)",
        r"(?:no|nunca) (?:haber|haya|hayan|ha|han) (?:sido|estado)"
        r" (?:condenad|convict|arrestad|encarcelad|detenid|pres[oa])\w*",
    )
]

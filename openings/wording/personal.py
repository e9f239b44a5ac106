"""Words that ask people for what an opening must not ask for: numbers and papers a thief could use, a photo, money.

Nobody may be made to send a Social Security number over the open internet (California Civil Code 1798.85), and papers
that prove the right to work are shown after the hire, the worker choosing which (8 U.S.C. 1324b(a)(6)). A photo may
not be part of an application (2 CCR 11016), and neither may a question that tells the age (Government Code 12940(d)).
A fee to apply is forbidden (Labor Code 450), a cash bond nearly always (402); a sponsor of apprentices may be
allowed to charge for its test, so there the writer is asked.
"""

from .grounds import Ground

_DO = (
    r"(?:(?:e ?mail|send|text|mail|give|provide|submit|include|bring|enter|attach|fax|reply with|write|upload|share"
    r"|call with"
    r"|have|need|requires?|must have)(?: us| me| him| her| sam)?)"
)
_HAGA = (
    r"(?:mand(?:e|a|ar|en|ame|enos|enme)|envi(?:e|a|ar|en|enos|eme)|proporcion(?:e|ar)|present(?:e|ar)|traig(?:a|an)"
    r"|traer"
    r"|incluy(?:a|an)|incluir|escrib(?:a|ir)|adjunt(?:e|ar)|pong(?:a|an)|necesit(?:a|amos)|indi(?:que|car)|di(?:ga"
    r"|ganos)"
    r"|debe (?:tener|traer|enviar|mandar)|llam(?:e|ar) con|text(?:ee|ear)|sub(?:a|ir))"
)
_WITH = (
    r"(?:(?:a|an|the|your|their|full|legal|valid|current|copy|copies|of|photo|picture|in|by|and|both|last|first|four|4"
    r"|5"
    r"|digits|name|names|address|phone|number|numbers|resume|date|birth|id|e ?mail|dob|to|with|or|also|please|us|me)"
    r" ){0,14}?"
)
_CON = (
    r"(?:(?:su|sus|tu|tus|el|la|los|las|un|una|nos|me|copia|foto|de|del|numero|tarjeta|y|o|por|correo|nombre|completo"
    r"|direccion|telefono|fecha|nacimiento|identificacion|curriculum|texto|mensaje|tambien|con|a|ultimos|cuatro|4"
    r"|digitos)"
    r" ){0,14}?"
)
_NUMBER = (
    r"(?:social security(?! (?:administration|benefits?|office|income|disability|act|tax(?:es)?))"
    r"(?: (?:numbers?|cards?|no))?|s ?s ?n s?|ssns?|s s n|s ?s numbers?|itins?|tax ?payer id\w*(?: numbers?)?|tax"
    r" id(?: numbers?)?)"
)
_NUMERO = (
    r"(?:(?:numero|tarjeta|copia) (?:de |del )?(?:su |tu )?seguro social|(?:su|tu|el) seguro social|numero de seguro"
    r"|numero itin|ssn|itin)"
)
_ACCOUNT = (
    r"your (?:\w+ ){0,3}?(?:bank (?:account|details|info\w*|routing)|routing number|account number|credit card|debit"
    r" card"
    r"|(?:drivers?|driver s|drivers?) licen[sc]e number|dl number|license number|passport number|pin number)"
)
_CUENTA = (
    r"(?:su|tu) (?:datos de |la |su |tu ){0,3}(?:numero de cuenta|cuenta(?: bancaria| de banco| del banco)"
    r"|cuenta de cheques|tarjeta de (?:credito|debito)|numero de (?:licencia|pasaporte)|pasaporte numero)"
)
_PAPER = (
    r"(?:passports?|green ?cards?|visas?|work permits?|ead|permanent resident cards?|resident cards?"
    r"|immigration (?:papers|documents)|naturalization (?:papers|certificates?)|i ?9 documents)"
)
_PAPEL = (
    r"(?:pasaportes?|mica|green ?card|tarjeta verde|tarjeta de residen\w+|residencia|visa|permiso de trabajo"
    r"|papeles(?: migratorios| de inmigracion)?|documentos migratorios)"
)
_REQUIRED = r"(?: (?:is|are|will be|must be))? (?:required|needed|mandatory|a must)\b"
_REQUERIDO = r" (?:es |son )?(?:requerid[oa]|necesari[oa]|obligatori[oa]|indispensable)\b"
# What follows an offer or a hire may be said: the paper comes then, in person or by a form that is safe.
_LATER = (
    r".*(?:(?:after|upon|once|when)(?: \w+){0,5} (?:offer(?:ed)?|hired?|hiring)|at (?:the )?time of hire|new hires?"
    r"|despues de (?:la oferta|la contratacion|ser contratad\w+)|al ser contratad\w+|una vez contratad\w+)"
)
_NEVER = (
    r"(?:do not|dont|will not|wont|never|not|nunca|jamas|no debe\w*|nadie|we dont|no one)(?: \w+){0,5}"
    r"|(?:no|without|sin|ningun)(?: need to| se| es| le)?"
)
_LATER_BEFORE = (
    r"\b(?:(?:after|upon|once|when)(?: \w+){0,5} (?:offer(?:ed)?|hired?|hiring)|at (?:the )?time of hire"
    r"|despues de (?:la oferta|la contratacion|ser contratad\w+)|al ser contratad\w+|una vez contratad\w+)\b.*"
)

_NUMBERS = (
    rf"{_DO} {_WITH}{_NUMBER}\b",
    rf"{_NUMBER}{_REQUIRED}",
    r"(?:e ?mail|send|text|give)(?: us| me)? your social\b(?! (?:media|skills?|network\w*|links?|profiles?|handles?))",
    rf"(?:your|last (?:four|4)(?: digits)? of (?:your )?) ?(?:full )?{_NUMBER}\b",
    rf"{_DO} {_WITH}{_ACCOUNT}\b",
    rf"{_HAGA} {_CON}{_NUMERO}\b",
    rf"(?:{_NUMERO}|seguro social){_REQUERIDO}",
    rf"{_HAGA} {_CON}{_CUENTA}\b",
)
_PAPERS = (
    rf"{_DO} {_WITH}(?:copy|copies|photos?|pictures?|scans?) of (?:your |a |the |valid |us |u s |both |sides |of"
    rf" ){{0,4}}{_PAPER}\b",
    rf"(?:e ?mail|send|text|mail|fax|attach|upload)(?: us| me)? {_WITH}{_PAPER}\b",
    rf"copy of (?:your |a |valid |us |u s ){{0,3}}{_PAPER}{_REQUIRED}",
    rf"{_HAGA} {_CON}(?:copias?|fotos?) de (?:su |sus |tu |la |el |los ){{0,2}}{_PAPEL}\b",
    rf"(?:mand|envi|adjunt)\w+ {_CON}{_PAPEL}\b",
)
_BIRTH = (
    rf"{_DO} {_WITH}(?:date of birth|birth ?dates?|birth ?day|dob|d o b|your (?:exact )?age)\b(?! requirements?| or"
    rf" older)",
    rf"(?:date of birth|birth ?date|dob){_REQUIRED}",
    r"(?:state|tell us|say|list) your age\b",
    rf"{_HAGA} {_CON}(?:fecha de (?:su )?nacimiento|su edad|tu edad|cuantos anos tiene)\b",
    rf"fecha de nacimiento{_REQUERIDO}",
)
_FACE = r"(?:photos?|photographs?|pictures?|selfies?|headshots?)"
_NOT_OF_WORK = (
    r"(?! (?:id|identification|i d|ids|license|documentation|documents?|logs?|records?|reports?|evidence|proof|frames?"
    r"|of (?!you\b|yourself|your (?:self|face))|showing))"
)
_PHOTOS = (
    r"(?:e ?mail|send|text|attach|include|submit|upload|provide|reply with)(?: us| me)? (?:(?:a|an|the|your|full"
    r"|resume|name"
    r"|address|phone|number|and|with|recent|current|clear|contact|information|info|cv|application|body|face|2|two|good)"
    rf" ){{1,10}}?{_FACE}\b{_NOT_OF_WORK}",
    rf"(?:resume|application|cv) (?:and|with|with a|and a) (?:recent |current )?{_FACE}\b{_NOT_OF_WORK}",
    rf"{_FACE} (?:of (?:you|yourself|your face) )?(?:is |are )?required\b(?! (?:of|for|after|before|to document))",
    rf"{_HAGA} (?!(?:\w+ )?identificacion con foto){_CON}(?:foto|fotografia|selfie)s?\b(?! (?:de (?!usted|su (?:cara"
    rf"|rostro)|cuerpo)|del))",
)
_FEE = r"(?:fees?|deposits?|payments?)"
_BUCKS = r"(?:(?:a|an|the|your|our|small|one time|non|nonrefundable|refundable|cash|usd|dollars?|\d+|of|for) ){0,6}?"
_PAYMENTS = (
    rf"(?:{_FEE}|\d+ dollars?|cash|money)(?: of)?(?: \d+)?(?: dollars?)? (?:is required |required |due )?(?:to|for"
    rf"|with)"
    r" (?:apply\b|applying|be (?:considered|hired)|hold your (?:place|spot)|an? interview|the interview|your"
    r" application)",
    rf"(?:(?:must|you|applicants?|candidates?|workers?|please|to|and|then|have to) )?pay {_BUCKS}"
    r"(?:(?:application|processing|registration|hiring|interview|placement|background check|onboarding|training"
    r"|uniform|tool"
    rf"|test|testing|security|start up) )?{_FEE}\b",
    r"(?:must|you|applicants?|candidates?|please|have to) pay (?:\w+ ){0,5}?(?:to apply|before (?:you )?start\w*|up"
    r" ?front"
    r"|in advance|for (?:your|the) background check)\b",
    rf"(?:application|processing|interview|placement|hiring|background check) {_FEE}"
    r" (?:of \d+|is \d+|\d+|(?:is |are )?(?:required|due|payable|non ?refundable))\b",
    rf"\d+ (?:dollars? )?(?:(?:refundable|non ?refundable|non|cash|one time) ){{0,2}}(?:application|processing"
    rf"|interview|placement"
    rf"|hiring|security|background check) {_FEE}\b",
    rf"(?:non ?)?refundable (?:application |processing |registration |security )?{_FEE} (?:is |are )?(?:required"
    rf"|due)\b",
    r"(?:cash|security|uniform|tool) deposit (?:is )?required\b|\d+(?: dollars?)?(?: cash)? for (?:your |the |a )?"
    r"(?:uniform |tool |badge )?deposit\b",
    r"(?:fees?|deposits?|tests?|checks?|screening|exams?)(?: \d+)? (?:is |are |to be )?paid by (?:the"
    r" )?(?:applicant|candidate)s?\b",
    r"(?:applicants?|candidates?) (?:must |will )?pays? (?:for )?(?:the |their |own |a ){0,3}(?:drug"
    r"|medical|physical|background)\b",
    r"(?:send|pay|payment|paid|fee|deposit|money|cash|dollars?)(?: \w+){0,6}? (?:by|via|through|with|to|on|using)"
    r" (?:zelle|venmo|cash ?app|western union|gift cards?|moneygram)\b",
    r"(?:cuotas?|pagos?|depositos?|tarifas?)(?: de)?(?: \d+)?(?: dolares)? (?:para|por|con|de) (?:aplicar|solicitar|la"
    r" solicitud"
    r"|su solicitud|solicitud|aplicacion|tramites?|procesar|entrevista|la entrevista)\b",
    r"(?:pague|pagar|paga|paguen|deposite|depositar|mande|envie) (?:\w+ ){0,6}?(?:para (?:aplicar|solicitar|la"
    r" solicitud|empezar)"
    r"|por (?:adelantado|la solicitud|su solicitud)|de deposito|de cuota|un deposito|una cuota)\b",
    r"(?:se (?:requiere|cobra|pide)|cobramos|pedimos) (?:un |una )?(?:pequen[oa] )?(?:deposito|cuota|pago)\b",
)
_NOT_PAID = (
    r"(?:no|without|never|not|we|employer|company|union|contractor|sponsor|hall|program|city|sin|ningun|ninguna|nunca"
    r"|nosotros|empresa|empleador|sindicato)(?: \w+){0,3}"
)
_WAIVED = r"(?:is |are |will be |es )?(?:waived|paid by|covered|reimbursed|free|none|not|gratis|0|zero)\b"

GROUNDS = [
    Ground("number", *_NUMBERS, unless_before=f"{_NEVER}|{_LATER_BEFORE}", unless_after=_LATER),
    Ground("papers", *_PAPERS, unless_before=f"{_NEVER}|{_LATER_BEFORE}", unless_after=_LATER),
    Ground("birth", *_BIRTH, unless_before=f"{_NEVER}|{_LATER_BEFORE}", unless_after=_LATER),
    Ground("photo", *_PHOTOS, unless_before=f"{_NEVER}|{_LATER_BEFORE}", unless_after=_LATER),
    Ground("payment", *_PAYMENTS, unless_before=_NOT_PAID, unless_after=_WAIVED),
]

"""Words that prefer or shut out people for who they are.

Federal law forbids to publish a notice of work that prefers or limits by race, color, religion, sex or national origin
(42 U.S.C. 2000e-3(b)), by age (29 U.S.C. 623(e); 29 CFR 1625.4 gives the words) and by disability (42 U.S.C. 12112);
8 U.S.C. 1324b forbids to choose by citizenship unless a law, a regulation, an executive order or a public contract
demands it. California forbids all of it and marital status too (Government Code 12940; 2 CCR 11016, 11078).

What may be said passes: a least age ("18 or older"), the right to work in the United States, a language that the work
needs, what has to be lifted, that everybody or some group is welcome, that veterans or neighbors come first.
"""

from .grounds import Ground

_OLD = r"(?:2[6-9]|[3-6]\d|thirty(?: five)?|forty(?: five)?|fifty(?: five)?|sixty(?: five)?)"
_VIEJO = r"(?:2[6-9]|[3-6]\d|treinta(?: y cinco)?|cuarenta(?: y cinco)?|cincuenta|sesenta)"
_UNIT = (
    r"(?! ?(?:lbs?|pounds?|percent|feet|foot|ft|inch\w*|miles?|mi|mph|minutes?|min|mins|hours?|hrs?|days?|weeks?"
    r"|months?"
    r"|dollars?|usd|psi|volts?|v|amps?|kv|kw|hp|degrees?|f|c|dba?|gallons?|tons?|kgs?|employees|units?|doors|items"
    r"|years? (?:of )?(?:experience|service|in)|per|an hour|a day|k|th|st|hour|min|libras?|millas?|minutos?|horas?|dias"
    r"|semanas|meses|dolares|pies|pulgadas|grados|galones|toneladas|kilos?|anos de (?:experiencia|servicio)|por)\b)"
)
_PERSON = (
    r"(?:men|man|males?|wom[ae]n|females?|people|persons?|applicants?|candidates?|workers?|helpers?|apprentices?"
    r"|laborers?|drivers?|welders?|anyone|anybody|someone|somebody|those|guys?|individuals?)"
)
_UNDER = r"(?:under|below|younger than|less than|not over|not older than|no older than|up to)"
_AGE = r"(?:the )?(?:age )?(?:of )?"
_SOLO = r"(?:solo|solamente|unicamente|exclusivamente)"
_PREFER_ES = r"(?:preferimos|preferible(?:mente)?|preferentemente|de preferencia|preferencia|se prefieren?|preferidos?)"
_SE = r"(?:(?:se )?(?:acept|contrat|admit|busc|solicit|recib|consider)\w+ )"
_A = r"(?:a |al |para |por |ser |que sean? |sea |sean |los |las |el |la |un |una |personas? |gente |candidat\w+ )"

_AGES = (
    rf"{_PERSON} (?:who (?:is|are) |must be |should be |and |aged? ){{0,2}}{_UNDER} {_AGE}{_OLD}\b{_UNIT}",
    rf"(?:must|should|to) be (?:aged? )?{_UNDER} {_AGE}{_OLD}\b{_UNIT}",
    rf"{_UNDER} (?:the )?age (?:of )?{_OLD}\b",
    rf"{_UNDER} {_OLD} (?:years? (?:old|of age)|yrs old)\b",
    rf"{_UNDER} {_OLD} (?:only|preferred|wanted)\b",
    rf"(?:no one|nobody|none|no {_PERSON}) (?:over|above|older than) {_AGE}{_OLD}\b{_UNIT}",
    rf"(?:over|above|older than) {_AGE}{_OLD} (?:need not|do not|dont|should not|cannot) apply",
    rf"(?:maximum|max|upper) age (?:limit )?(?:is |of )?{_OLD}\b",
    rf"age limit (?:is |of )?{_OLD}\b",
    rf"(?:ages?|aged|between|between (?:the )?ages?|ages? between)(?: from| of)? (?:1[4-9]|2\d|30) (?:to |and |through"
    rf" )?"
    rf"{_OLD} (?:only|preferred|years? old|years? of age)\b",
    rf"(?:ages?|aged)(?: from| of| between)? (?:1[4-9]|2\d|30) (?:to |and |through )?{_OLD}\b{_UNIT}",
    rf"(?:1[4-9]|2\d|30) (?:to |and )?{_OLD} (?:years? old|years? of age)\b",
    rf"must be (?:between )?(?:1[4-9]|2\d|30) (?:to |and )?{_OLD}\b{_UNIT}",
    rf"(?:gente|personas|hombres?|mujer(?:es)?|candidat\w+) (?:de|entre) (?:los )?(?:1[4-9]|2\d|30) (?:a |y"
    rf" ){_VIEJO}\b{_UNIT}",
    rf"(?:young|youthful)(?: and| energetic| strong| healthy){{0,3}}(?: {_PERSON})? (?:only|preferred|wanted"
    rf"|desired)\b",
    r"(?:must be|prefer(?:ably)?|preference for|looking for|seeking|wanted|want|need|hiring)"
    r" (?:a |an |\d+ |strong |healthy |energetic |motivated |and ){0,3}(?:young|youthful)\b(?! at heart| plants|"
    r" trees)",
    r"no (?:seniors|retirees|old people|old men|older (?:people|workers|applicants|men|women)|senior citizens)\b",
    r"(?:prefer|preferred|seeking|must be|only) (?:\w+ )?digital natives?|digital natives? (?:only|preferred|wanted)",
    rf"menor(?:es)? (?:de|a) (?:los )?{_VIEJO}\b{_UNIT}",
    rf"(?:no )?mayor(?:es)? (?:de|a) (?:los )?{_VIEJO}(?: anos)? (?:no (?:aplicar|aplicen|apliquen)|abstenerse)",
    rf"(?:no|que no sean?|no ser) mayor(?:es)? (?:de|a) (?:los )?{_VIEJO}\b{_UNIT}",
    rf"(?:edad maxima|maximo de edad|limite de edad|edad limite)(?: es)?(?: de)? {_VIEJO}\b",
    rf"(?:hasta|maximo|no pas\w+ de|debajo de|de menos de) (?:los )?{_VIEJO} anos de edad",
    rf"(?:maximo|no pas\w+ de) (?:los )?{_VIEJO} anos\b(?! de)",
    rf"(?:de|entre|edad|edades)(?: de| entre)? (?:los )?(?:1[4-9]|2\d|30) (?:anos )?(?:a |y |hasta )?(?:los )?{_VIEJO}"
    r" anos\b(?! de (?:experiencia|servicio))",
    rf"(?:edad|edades)(?: de| entre)? (?:1[4-9]|2\d|30) (?:a |y |hasta )?{_VIEJO}\b",
    rf"(?:{_SOLO}|{_PREFER_ES}|buscamos|necesitamos|se (?:busca|solicita|necesita)n?) {_A}{{0,3}}"
    r"(?:muchach[oa]s? |hombres? |mujer(?:es)? )?jov(?:en|enes)\b",
    rf"(?:gente |personas? )?jov(?:en|enes) (?:{_SOLO}|{_PREFER_ES})\b",
)

_SEX = r"(?:men|man|males?|guys?|gentlemen|boys?|wom[ae]n|females?|lad(?:y|ies)|gals?|girls?)"
_NO_MAN = (
    r"(?! (?:lifts?|baskets?|hours?|power|camps?|made|doors?|holes?|s|threads?|threaded|fittings?|connectors?|plugs?"
    r"|ends?|adapters?|couplings?|sockets?|pins?|npt|pipes?|owned|veterans?|restrooms?|shelters?|clinic|center)\b)"
)
_BETWEEN = (
    r"(?:(?:under|over|below|above|aged?|ages|between|and|to|\d+|years?|old|applicants?|candidates?|workers?|employees?"
    r"|drivers?|welders?|helpers?|people|persons?|staff|crew|operators?|laborers?|are|is|will be|strongly|highly)"
    r" ){0,6}"
)
_SEXO = (
    r"(?:hombres?|varon(?:es)?|caballeros?|mujer(?:es)?|damas?|senoritas?|muchach[oa]s?|chic[oa]s|masculino|femenino)"
)
_SEXES = (
    rf"{_SEX} {_BETWEEN}(?:only|preferred|wanted|desired)\b",
    rf"(?:only|prefer|preferably|preference|must be|exclusively)"
    rf" (?:for |to |a |an |given |strong |young |healthy |hard working |the ){{0,4}}{_SEX}\b{_NO_MAN}",
    rf"no (?:wom[ae]n|females?|girls|lad(?:y|ies)|men|males)\b{_NO_MAN}(?! (?:was|were|is|are|have|has|will)\b)",
    rf"{_SEX} (?:need not|do not|dont|should not|cannot|may not) apply",
    rf"(?:not (?:suitable|appropriate|fit|a (?:job|place)) for|unsuitable for) (?:a )?{_SEX}\b",
    r"(?:gender|sex) (?:is |must be |required )?(?:male|female|man|woman)\b(?! (?:or |and )?(?:male|female|man|woman))",
    rf"{_SOLO} {_A}{{0,3}}{_SE}?{_A}{{0,3}}{_SEXO}\b",
    rf"{_PREFER_ES} {_A}{{0,3}}{_SEXO}\b",
    rf"{_SEXO} (?:\w+ ){{0,4}}?(?:solamente|unicamente|exclusivamente|nada mas|{_PREFER_ES})\b",
    rf"(?:debe|deben|tiene que|tienen que|que) ser {_A}?{_SEXO}\b",
    r"(?:de )?sexo (?:masculino|femenino)\b",
    rf"no {_SE}?{_A}{{0,2}}(?:mujer(?:es)?|hombres|damas|senoritas|muchachas|senoras)\b",
    r"(?:no (?:es )?)?(?:trabajo|empleo|puesto) (?:solo |no apto )?para (?:hombres|mujeres)\b",
)
_SEX_DOUBT = (
    rf"(?:need|needs|needed|looking for|seeking|hiring|want) (?:a |an |\d+ |two |three |four |five |some |good |strong"
    rf" )"
    rf"{{0,3}}{_SEX}\b{_NO_MAN}",
    rf"{_SEX} needed\b",
    rf"(?:se (?:busca|solicita|necesita|requiere)n?|buscamos|necesitamos|solicitamos|contratamos)"
    rf" (?:a |\d+ |un |una |dos |tres ){{0,2}}{_SEXO}\b",
)

_GROUPS = (
    r"(?:whites|caucasians?|blacks|african americans?|hispanics?|latin[oa]s|asians|mexicans|americans|foreigners"
    r"|immigrants|arabs|filipinos|minorities)"
)
_GROUP = (
    r"(?:white|black|caucasian|african american|hispanic|latino|latina|asian|mexican|american|american born|native born"
    r"|us born|u s born|foreign|foreign born|immigrant)"
)
_SOMEBODY = (
    r"(?:people|persons?|workers?|applicants?|candidates?|men|wom[ae]n|males?|females?|employees?|drivers?|crew)"
)
_GRUPOS = (
    r"(?:mexican[oa]s?|latin[oa]s?|hispan[oa]s?|american[oa]s?|estadounidenses|centroamerican[oa]s?|extranjer[oa]s?"
    r"|inmigrantes?|gring[oa]s?|asiatic[oa]s?)"
)
_ORIGINS = (
    rf"(?:{_GROUPS}|{_GROUP} {_SOMEBODY}) (?:only|preferred|wanted|need not apply)\b",
    rf"(?:only|prefer|preferably|preference for|must be) (?:a |an |the |for ){{0,2}}"
    rf"(?:{_GROUPS}|{_GROUP} {_SOMEBODY})\b(?! (?:with disabilities|working))",
    r"must be (?:an? )?(?:american|mexican|hispanic|latin[oa]|caucasian|american born|us born|u s born)\b"
    r"(?! (?:made|board|welding|red|society|sign|council|institute|heart|citizens?|national))",
    rf"no (?:{_GROUPS}|(?:{_GROUP}) {_SOMEBODY})\b",
    rf"(?:{_SOLO}|{_PREFER_ES}|no) {_A}{{0,2}}{_SE}?{_A}{{0,3}}{_GRUPOS}\b",
    rf"{_GRUPOS} (?:solamente|unicamente|nada mas|de preferencia|abstenerse)\b",
    rf"no {_SE}?(?:a )?(?:personas? )?(?:negr[oa]s|blanc[oa]s) ?(?:$|por favor)",
    r"no (?:muslims?|jews|jewish (?:people|workers|applicants)|christians|catholics|mormons|atheists|gays?|homosexuals?"
    r"|homosexuales|lesbians?|lesbianas|transgender|transexuales|musulman(?:es)?|judi[oa]s|cristian[oa]s"
    r"|catolic[oa]s)\b",
)
_FAITH = r"(?:christians?|catholics?|muslims?|jewish|jews|mormons?|evangelicals?|protestants?)"
_FE = r"(?:cristian|catolic|evangelic|musulman|judi)(?:[oa]s?|es)?"
_FAITHS = (
    rf"{_FAITH}(?: {_SOMEBODY})? (?:only|preferred|wanted)\b",
    rf"(?:only|must be|prefer|preferably) (?:a |an |practicing |devout |born again |committed ){{0,3}}{_FAITH}\b"
    r"(?! (?:charities|schools?|hospitals?|church|services))",
    rf"(?:{_SOLO}|{_PREFER_ES}|debe ser|deben ser) {_A}{{0,3}}{_FE}\b",
)
_TONGUES = (
    r"(?<!near )native (?:level )?(?:english|spanish) speakers?\b|native speakers? (?:only|preferred|wanted"
    r"|required)\b",
    r"(?:english|spanish) (?:as (?:a |an |your |their )?)?(?:first|native) (?:language|tongue)\b",
    r"(?:native|mother tongue) english\b",
    r"(?:no|without|without an?|free of|free from) (?:foreign |heavy |strong |thick |spanish ){0,2}accents?\b(?!"
    r" walls?)",
    r"accent free\b|unaccented english\b",
    r"hablantes? nativ[oa]s?|(?:ingles|espanol) nativo|(?:ingles|espanol) (?:como )?lengua materna"
    r"|sin (?:ningun )?acento\b",
)
_OR_MAY_WORK = (
    r"(?:\w+ ){0,7}?(?:or|o) (?:\w+ ){0,8}?(?:authori[sz]\w+|eligible|eligibility|legally|right to work|work permit"
    r"|permitted|autorizad\w+|autorizacion|permiso de trabajo|derecho a trabajar|legalmente)\b|(?:is |are )?not (?:re"
    r"|ne)"
    r"|(?:academy|advisory|police|committee|bank|oversight)\b|no (?:es|se) (?:re|ne)"
)
_US = r"(?:u s |us |usa |united states |american )?"
_CITIZENS = (
    rf"{_US}citizens?(?:hip)? (?:and |or )?(?:(?:green card|permanent resident|lawful permanent resident)s?"
    rf" ?(?:holders?)? )?"
    r"(?:only|(?:is |are )?(?:required|needed|mandatory|preferred|a must))\b",
    rf"(?:only|must be|must have|have to be|need to be|prefer|preferably|require[sd]?|requires?|exclusively|limited to"
    rf"|open to) (?:an? |for |to |that |you |be |only |all |proof of |legal |natural born |naturalized |current"
    rf" ){{0,4}}"
    rf"{_US}citizens?(?:hip)?\b",
    r"(?:only|must (?:be|have|hold)) (?:an? |for |valid |be ){0,3}(?:green ?cards?|permanent residents?|resident"
    r" cards?)\b",
    r"(?:green ?cards?|permanent residents?)(?: holders?)? (?:only|(?:is |are )?(?:required|mandatory|a must))\b",
    r"(?:u s |us )passport (?:is )?(?:required|needed|a must)\b|must have (?:a )?(?:valid )?(?:u s |us )passport\b",
    r"no (?:work |worker )?(?:visas?|visa holders|work permits?|daca|h ?1b|h ?2b|green ?cards?)\b"
    r"(?! (?:sponsor\w*|required|needed|support|transfer|assistance|is|are|fees?))",
    r"ciudadan[oa]s? (?:american[oa]s? |estadounidenses? |de (?:los )?(?:estados unidos|ee ?uu|usa) )?"
    r"(?:solamente|unicamente|nada mas|exclusivamente|de preferencia)\b",
    rf"(?:{_SOLO}|{_PREFER_ES}|debe|deben|debera|tiene que|tienen que|se requiere|requisito|es necesario|hay que)"
    rf" {_A}{{0,3}}"
    r"(?:tener |contar con |la )?ciudadan(?:ia|[oa]s?)\b",
    r"ciudadania (?:americana |estadounidense )?(?:es )?(?:requerida|obligatoria|necesaria|requisito|indispensable)\b",
    r"(?:solo|solamente|unicamente|debe tener|se requiere) (?:con )?(?:la )?(?:green card|tarjeta verde|residencia"
    r" permanente"
    r"|residentes permanentes)\b",
)
_MARITAL = (
    rf"(?:single|unmarried|married|childless) (?:{_SOMEBODY}|applicants) (?:only|preferred|wanted)\b",
    rf"(?:must be|should be|prefer|preferably|only) (?:a )?(?:single|unmarried|married|childless)(?: {_SOMEBODY}\b|$)",
    r"(?:(?:must|should|do|can) (?:not )?have (?:no )?|with no |without )(?:young |small )?"
    r"(?:kids|children|family (?:obligations|commitments|responsibilities))\b(?! (?:on|in|at|under|with))",
    r"no (?:family (?:obligations|commitments|responsibilities)|pregnan\w+(?: \w+)?|mothers|moms|single (?:moms?"
    r"|mothers?)"
    r"|married (?:people|men|women))\b(?! (?:discriminat\w+|test\w*))",
    r"(?:not|cannot|cant) (?:be |currently |planning to (?:become|get) |become )*pregnant\b",
    r"(?:solter[oa]s?|casad[oa]s?) (?:solamente|unicamente|nada mas|de preferencia|preferible\w*)\b",
    rf"(?:{_SOLO}|{_PREFER_ES}|debe ser|deben ser|que sean?) {_A}{{0,3}}(?:hombres? |mujer(?:es)? )?"
    r"(?:solter[oa]s?|casad[oa]s?)\b",
    r"(?:sin|no tener|que no tengan?) (?:hijos|ninos|(?:compromisos|obligaciones|responsabilidades) familiares)\b",
    rf"no {_SE}?(?:a )?(?:estar |este |esten |mujeres |personas ){{0,2}}embarazad[oa]s?\b",
)
_DISABILITY = (
    r"able bodied\b(?! sea)",
    r"no (?:disabled|handicapped|disabilit(?:y|ies)|handicaps?|physical (?:disabilit(?:y|ies)|limitations))\b"
    r"(?! (?:parking|access|discriminat\w*|benefits?|insurance|pay|is|are|will))",
    r"(?:disabled|handicapped)(?: \w+)? (?:need not|do not|should not|cannot) apply",
    r"(?<!or )(?:without|free of|free from|must not have|cannot have) (?:any )?(?:physical |mental |or ){0,3}"
    r"(?:disabilit(?:y|ies)|handicaps?|health (?:problems|issues|conditions)|back (?:problems|injur(?:y|ies)))\b",
    r"not (?:suitable|fit|appropriate) for (?:the |people with )?(?:disabled|disabilit(?:y|ies)|handicapped)\b",
    r"no (?:\w+ (?:or|and) )?(?:back|knee|health|medical|mental|mental health) (?:problems?|issues?|conditions?"
    r"|injur(?:y|ies)|illness(?:es)?)\b(?! (?:required|will))",
    r"(?:no|never|not)(?: had| have| filed| made| any| prior| past| previous| an| a| open){0,4}"
    r" (?:workers?|workmans?|workmens) comp(?:ensation)? (?:claims?|cases?|history|injur(?:y|ies))\b",
    r"(?<!o )(?:sin|no tener|que no tengan?) (?:ninguna? |alguna? )?(?:discapacidad(?:es)?|limitaciones fisicas"
    r"|impedimentos? fisicos?|problemas? de (?:salud|espalda|la espalda|rodilla))\b",
    rf"no {_SE}?(?:a )?(?:personas? con )?(?:discapacitad[oa]s|minusvalid[oa]s|discapacidad(?:es)?)\b",
)
_HEALTH = (
    r"(?:must be|be|in) (?:healthy|(?:good|perfect|excellent) health)\b(?! care)",
    r"(?:good|perfect|excellent) health (?:is )?(?:required|needed|a must)\b",
    r"(?:gozar de|tener|con|en) (?:muy )?(?:buena|perfecta|excelente) salud\b",
)
_YOUTH = (
    rf"(?:ages?|aged|between|between (?:the )?ages?)(?: of| from)? 1[4-9] (?:to |and |through )?2[0-5]\b{_UNIT}",
    r"1[4-9] (?:to |and )?2[0-5] (?:years? old|years? of age)\b",
    rf"{_PERSON} under (?:the age of |age )?2[1-5]\b{_UNIT}(?! (?:need|require|must))",
    r"(?:recent|new) (?:college |university |high school )?grad(?:uate)?s? (?:only|preferred|wanted)\b",
    r"(?:only|must be|prefer|preferably|seeking|looking for) (?:a |an ){0,1}(?:recent|new)"
    r" (?:college |university |high school )?grad(?:uate)?s?\b",
    r"(?:college|high school) students? (?:only|preferred|wanted)\b",
    r"(?:de|entre|edad|edades)(?: de| entre)? (?:los )?1[4-9] (?:anos )?(?:a |y |hasta )?(?:los )?2[0-5] anos\b"
    r"(?! de (?:experiencia|servicio))",
    rf"(?:{_SOLO}|{_PREFER_ES}) {_A}{{0,3}}recien (?:graduad|egresad)[oa]s?\b",
)
_ENGLISH_ONLY = (
    r"english only\b(?! (?:version|instructions|copy|form|manual))|(?:speak|use) only english\b"
    r"|no (?:spanish|other languages?) (?:spoken |allowed |at work|on the job|on site)"
    r"|(?:solo|solamente|unicamente) (?:se habla |hablar )?ingles\b|no (?:se permite )?hablar espanol\b",
)

_FAIR = (
    r"(?:regardless of|irrespective of|without regard to|no matter|not limited to|discriminat\w+ (?:\w+ ){0,12}|sin"
    r" importar"
    r"|sin distincion de)(?: \w+){0,6}"
)
_A_PLACE = r"(?:shelters?|clinics?|facilit(?:y|ies)|housing|dorm\w*|restrooms?|prisons?|units?|programs?|homes?)\b"

GROUNDS = [
    Ground("age", *_AGES, unless_before=_FAIR),
    Ground("sex", *_SEXES, unless_before=_FAIR, unless_after=_A_PLACE),
    Ground("origin", *_ORIGINS, unless_before=_FAIR),
    Ground("tongue", *_TONGUES, unless_before=_FAIR),
    Ground("marital", *_MARITAL, unless_before=_FAIR),
    Ground("disability", *_DISABILITY, unless_before=_FAIR),
    Ground(
        "citizen", *_CITIZENS, asks=True, unless_before=rf"{_FAIR}|(?:not|no|senior|no es|without)",
        unless_after=_OR_MAY_WORK,
    ),
    Ground("faith", *_FAITHS, asks=True, unless_before=_FAIR),
    Ground("sex_doubt", *_SEX_DOUBT, asks=True, unless_before=_FAIR),
    Ground("youth", *_YOUTH, asks=True, unless_before=_FAIR),
    Ground("health", *_HEALTH, asks=True, unless_before=_FAIR),
    Ground("english_only", *_ENGLISH_ONLY, asks=True, unless_before=rf"{_FAIR}|not|no"),
]  # fmt: skip

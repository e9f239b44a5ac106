"""Drawing invented trainees from tables: names as common in the region, places, and the way each was trained. Pure."""

# ruff: noqa: SIM905 (tables of names read better as text)

import random
from dataclasses import dataclass
from datetime import date, timedelta

GIVEN = (
    "Alejandra Alicia Amara Andre Angel Anthony Araceli Arjun Beatriz Brandon Brenda Bryan Camila Carlos Cesar "
    "Cristina Daisy Daniela Darnell David Destiny Diego Eduardo Elena Emmanuel Enrique Esteban Evelyn Fatima Felipe "
    "Fernando Gabriel Gloria Guadalupe Gurpreet Hector Ignacio Imani Ivan Jamal Jasmine Javier Jazmin Jesus Joanna "
    "Jorge Jose Joshua Juan Julian Karina Kenya Kevin Kou Leticia Luis Luz Mai Malik Manuel Marco Maribel Mariana "
    "Marcus Martin Mayra Mee Miguel Monica Nancy Natalia Noah Norma Oscar Pao Patricia Pedro Rafael Ramon Raquel "
    "Raymond Ricardo Roberto Rocio Rosario Ruben Samantha Santiago Sergio Simran Sofia Tanya Terrence Thao Tyrone "
    "Valeria Vanessa Veronica Victor Xiomara Yesenia Yolanda"
).split()
FAMILY = (
    "Aguilar Alvarado Anderson Arias Avila Ayala Banks Barajas Becerra Brown Bui Cabrera Calderon Campos Cardenas "
    "Castaneda Cervantes Chavez Contreras Cruz Davis Dhillon Diaz Escobar Espinoza Estrada Figueroa Flores Fuentes "
    "Gallegos Garcia Gill Gomez Gonzalez Green Guerrero Gutierrez Guzman Harris Hernandez Herrera Huerta Ibarra "
    "Jackson Jimenez Johnson Juarez Kaur Lara Lee Leon Lopez Lor Lucero Macias Magana Marin Martinez Medina Mejia "
    "Mendoza Miller Montes Moreno Moua Munoz Navarro Nguyen Nunez Ochoa Ortega Ortiz Pacheco Padilla Palacios Perez "
    "Ponce Quezada Ramirez Rangel Reyes Rios Rivera Robinson Robles Rodriguez Rojas Rosales Ruiz Salazar Sanchez "
    "Sandoval Santos Serrano Singh Solis Suarez Tapia Thompson Torres Trujillo Valdez Vang Vargas Vazquez Velasco "
    "Villa Washington Williams Xiong Yang Zamora Zavala Zuniga"
).split()
INLAND = (
    "92335 92336 92337 92376 92377 92401 92404 92405 92407 92408 92410 92411 92324 91761 91762 91764 92501 92503 "
    "92504 92507 92553 92557 92570 92509 92879 92345 92392 92220 92583 92543 92201"
).split()
VALLEY = (
    "93701 93702 93706 93722 93725 93727 93612 93637 93640 93291 93277 93274 93230 93304 93305 93306 93307 93215 "
    "95202 95205 95206 95207 95336 95240 95350 95351 95354 95340 93210"
).split()
# Where most of the work is, and so most of those who train for it.
NEAR_WORK = {
    "inland": "92335 92336 92376 92404 92410 92411 92324 91764 92503 92507 92553".split(),
    "valley": "93702 93706 93725 93727 93637 93304 93307 95205 95206".split(),
}
PLACES = {"inland": INLAND, "valley": VALLEY}
AREA_CODES = {"inland": ("909", "951"), "valley": ("559", "661", "209")}


@dataclass(frozen=True)
class Way:
    """One way people are trained: what they leave with, at which chance, and the trades they then want."""

    name: str
    weight: int
    papers: tuple[tuple[str, float], ...]
    trades: tuple[str, ...]
    programs: dict[str, str]  # region -> number of the example program, where there is one
    issuer_verifies: bool = False
    speaks_for_itself: bool = True  # the papers alone lead to a trade


WAYS = (
    Way("welding", 19, (("aws_cw", 0.95), ("osha10", 0.8)), ("51-4121.00",), {"inland": "ITC-WELD"}),
    Way(
        "warehouse",
        20,
        (("forklift", 0.9), ("osha10", 0.45), ("mssc_clt", 0.2), ("cft", 0.1)),
        ("53-7051.00", "53-7062.00", "53-7065.00", "43-5071.00"),
        {"inland": "ITC-LIFT"},
    ),
    Way(
        "construction",
        24,
        (("mc3", 0.95), ("osha10", 0.75), ("cpr_arc", 0.5), ("firstaid_arc", 0.3), ("flagger_atssa", 0.25)),
        ("47-2061.00", "47-2031.00", "47-2111.00", "47-2211.00", "33-9091.00"),
        {"inland": "ITC-MC3", "valley": "VSI-MC3"},
    ),
    Way(
        "air",
        10,
        (("epa608_i", 0.9), ("epa608_ii", 0.8), ("osha10", 0.3)),
        ("49-9021.00",),
        {"valley": "VSI-HVAC"},
        issuer_verifies=True,
    ),
    Way(
        "solar",
        9,
        (("osha10", 0.9), ("nabcep_pvis", 0.4)),
        ("47-2231.00",),
        {"valley": "VSI-SOLAR"},
        speaks_for_itself=False,
    ),
    Way("water", 6, (("wastewater1", 0.8), ("osha10", 0.7), ("hazwoper40", 0.35)), ("51-8031.00", "47-2151.00"), {}),
    Way(
        "production",
        16,
        (("mssc_cpt", 0.85), ("osha10", 0.65), ("forklift", 0.2)),
        ("17-3026.00", "51-9198.00", "49-9041.00", "49-9043.00", "51-3092.00", "51-9111.00"),
        {"valley": "VSI-CPT"},
    ),
    Way(
        "driving",
        8,
        (("cdl", 0.95), ("twic", 0.6), ("cdl_x", 0.3)),
        ("53-3032.00",),
        {},
        issuer_verifies=True,
    ),
    Way("electrical", 7, (("ca_elec_trainee", 0.9), ("osha10", 0.7), ("mc3", 0.3)), ("47-3013.00", "47-2111.00"), {}),
    Way("cleanup", 4, (("hazwoper40", 0.95), ("osha10", 0.8)), ("47-4041.00",), {}),
    Way(
        "care",
        5,
        (("firstaid_arc", 0.9), ("cpr_arc", 0.8)),
        ("39-9011.00", "25-2011.00"),
        {"inland": "ITC-AID"},
        speaks_for_itself=False,
    ),
)


@dataclass(frozen=True)
class Paper:
    """One certificate to be: which, how long ago, on whose word, and whether its end date was printed on it."""

    credential: str
    days_ago: int
    level: str


@dataclass(frozen=True)
class Draw:
    """One invented trainee."""

    name: str
    email: str
    phone: str
    region: str
    zip: str
    language: str
    languages: tuple[str, ...]
    miles: int
    wage_wish_cents: int | None
    license: str | None
    shifts: tuple[str, ...]
    has_transport: bool | None
    way: Way
    wishes: tuple[str, ...]
    papers: tuple[Paper, ...]
    agrees: bool
    email_verified: bool


def trainees(dice: random.Random, count: int) -> list[Draw]:
    """`count` trainees, no two with one name, address or number."""
    taken: set[str] = set()
    phones = {region: _phones(codes, dice) for region, codes in AREA_CODES.items()}
    return [_one(dice, taken, phones) for _ in range(count)]


def _phones(codes, dice) -> list[str]:
    """Numbers reserved for fiction, 555-0101 to 555-0169 of an area code; those above are left to the demo's sheets."""
    numbers = [f"+1{code}55501{last:02}" for code in codes for last in range(1, 70)]
    dice.shuffle(numbers)
    return numbers


def _one(dice: random.Random, taken: set[str], phones) -> Draw:
    while (name := f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}") in taken:
        pass
    taken.add(name)
    region = "inland" if dice.random() < 0.6 else "valley"
    way = dice.choices(WAYS, weights=[way.weight for way in WAYS])[0]
    spanish = dice.random() < 0.4
    other = {"Gurpreet": "pa", "Simran": "pa", "Arjun": "pa", "Kou": "hmn", "Mai": "hmn", "Mee": "hmn", "Pao": "hmn"}
    languages = {"en", "es"} if spanish or dice.random() < 0.35 else {"en"}
    languages |= {other[name.split()[0]]} if name.split()[0] in other else set()
    return Draw(
        name=name,
        email=f"{name.lower().replace(' ', '.')}@throughline.example",
        phone=phones[region].pop() if dice.random() < 0.85 else "",
        region=region,
        zip=dice.choice(NEAR_WORK[region] * 6 + PLACES[region]) if dice.random() < 0.95 else "",
        language="es" if spanish else "en",
        languages=tuple(sorted(languages)) if dice.random() < 0.85 else (),
        miles=dice.choice((15, 20, 25, 25, 30, 40, 50)),
        wage_wish_cents=dice.choice((None, None, 1850, 1900, 2000, 2200, 2500)),
        license=dice.choice((None, "", "C", "C", "C")) if way.name != "driving" else dice.choice("AAB"),
        shifts=tuple(sorted({"day", *dice.sample(("swing", "night", "weekend"), dice.randint(0, 3))}))
        if dice.random() < 0.8
        else (),
        has_transport=dice.choice((True, True, False, None)),
        way=way,
        wishes=_wishes(dice, way),
        papers=_papers(dice, way),
        agrees=dice.random() < 0.9,
        email_verified=dice.random() < 0.85,
    )


def _wishes(dice: random.Random, way: Way) -> tuple[str, ...]:
    """The trades a person named; many leave that to their training, where it leads to a trade at all."""
    if way.speaks_for_itself and dice.random() < 0.4:
        return ()
    return tuple(dice.sample(way.trades, min(len(way.trades), dice.randint(1, 4))))


# Months each credential lasts, to draw certificates that are over or about to be.
TERMS = {
    "aws_cw": 6,
    "hazwoper40": 12,
    "ca_elec_trainee": 12,
    "cpr_arc": 24,
    "firstaid_arc": 24,
    "wastewater1": 24,
    "forklift": 36,
    "nabcep_pvis": 36,
    "flagger_atssa": 48,
    "mssc_cpt": 60,
    "mssc_clt": 60,
    "cft": 60,
    "twic": 60,
}


def _papers(dice: random.Random, way: Way) -> tuple[Paper, ...]:
    papers = []
    for credential, chance in way.papers:
        if dice.random() >= chance:
            continue
        fate = dice.random()
        whole_term = round(TERMS.get(credential, 0) * 30.4)
        if whole_term and fate < 0.1:  # over
            days_ago = whole_term + dice.randint(15, 120)
        elif whole_term and fate < 0.2:  # about to end
            days_ago = whole_term - dice.randint(4, 25)
        else:
            days_ago = dice.randint(5, min(400, whole_term - 30) if whole_term else 400)
        word = dice.random()
        level = "self" if word < 0.07 else "issuer" if way.issuer_verifies or word > 0.9 else "provider"
        papers.append(Paper(credential, days_ago, level))
    return tuple(papers)


def issued_on(paper: Paper, today: date) -> date:
    return today - timedelta(days=paper.days_ago)

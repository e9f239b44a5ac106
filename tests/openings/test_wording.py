"""What an opening may say and may not, sentence by sentence, in both languages."""

import time

import pytest

from openings import wording
from openings.wording import found

REFUSED = {
    "age": """
Must be 18-40|solo gente de 18 a 40
Men under 35 preferred
Applicants must be under 40|Under 35 only|ages 18-35|Age 25 to 35|Must be between 18 and 40 years old|Maximum age: 35
Age limit 45|no one over 50|over 55 need not apply|Looking for young, energetic workers|Young people preferred
young man wanted|no seniors|under the age of 35|workers younger than 30|under thirty-five years old
18 to 30 years of age|Seeking digital natives|We need 3 young helpers|menores de 35 años|edad máxima 40 años
Edad: 18 a 35 años|solo jóvenes|de 18 a 40 años|No mayor de 45 años|se buscan personas jóvenes|gente joven solamente
entre 20 y 35 años|hasta 35 años de edad
""",
    "sex": """
Debe ser hombre
Men preferred|male only|Females only|We prefer women|Must be male|no women|Women need not apply|Not suitable for women
Gender: male|Sex: Female|Only men|only strong men|Preference for males|ladies preferred|Men only, no exceptions
solo hombres|Solamente mujeres|hombres solamente|Se prefieren hombres|preferiblemente varones|Sexo masculino
no mujeres|de sexo femenino|No se aceptan mujeres|únicamente para caballeros|mujer de preferencia|trabajo para hombres
preferencia a mujeres|sólo varones
""",
    "origin": """
Mexicans only|No immigrants|No foreigners need apply|Hispanic workers preferred|White applicants only|No Mexicans
whites only|American born workers only|must be American|Prefer Latinos|no Muslims|no gays|solo mexicanos
no extranjeros|No inmigrantes|Preferimos latinos|americanos solamente|no se aceptan extranjeros
Native-born workers preferred|no Black people|sin distinción: no negros
""",
    "tongue": """
Native English speaker|Native English speakers only|native speakers preferred|English as a first language|No accents
Must speak without an accent|no foreign accent|hablante nativo de inglés|inglés nativo|sin acento|accent-free English
""",
    "marital": """
Single men only|Must be single|must have no children|without family obligations|no family commitments
No pregnant women|cannot be pregnant|married people preferred|solteros solamente|solo solteras|sin hijos
no embarazadas|no estar embarazada|sin compromisos familiares|que sea soltero
""",
    "disability": """
No disabled|able-bodied men and women|No disabilities|Must be able bodied|must not have any disabilities
no back problems|Handicapped need not apply|Not suitable for disabled people|no prior workers' comp claims
never filed a workers compensation claim|free of health problems|sin discapacidad|No discapacitados
sin problemas de espalda|sin limitaciones físicas|no se aceptan discapacitados
""",
    "number": """
Text me your social
Send your Social Security number to sam@example.com|Text us your SSN|Email your name and social security number
Must have Social Security card|Social Security number required|Send name, address, date of birth and SSN|ITIN required
Last four of SSN|send a photo of your social security card|Include your bank account number
send us your driver's license number|bring your SSN|Reply with your full legal name and S.S.N.|Mande su seguro social
Envíe su número de seguro social|Necesitamos su número de cuenta|seguro social obligatorio
mande nombre y número de seguro social|proporcione su número de licencia|text your routing number
debe tener tarjeta de seguro social|Su seguro social es necesario|mande el seguro social
""",
    "papers": """
Send a copy of your passport|Email a photo of your green card|Bring copies of your visa|fax us your work permit
Mande copia de su pasaporte|Traiga una copia de su mica|envíe foto de su permiso de trabajo|upload your green card
""",
    "birth": """
Send your date of birth|Include your DOB|Date of birth required|State your age|Text your name and birth date
Mande su fecha de nacimiento|incluya su edad|fecha de nacimiento obligatoria|Email your resume with your age
""",
    "photo": """
Send a recent photo|Email your resume and a photo|Include a picture of yourself|Text us a selfie|photo required
Attach your photo|Mande su foto|Envíe una foto reciente|resume with photo|incluya fotografía
""",
    "payment": """
Cash deposit required|Applicants pay for the drug test|Background check fee paid by applicant
$50 fee to apply|Pay a $25 application fee|Application fee of $30|You must pay a deposit|Deposit to hold your spot
Applicants must pay for the background check upfront|send $40 by Zelle|pay a $100 training fee|$35 processing fee
Must pay in advance|non-refundable application fee required|Pague $50 para aplicar|Cuota de $30 para solicitar
Se requiere un depósito|mande $20 por adelantado|depósito de 100 dólares para la entrevista|Send the fee via Cash App
""",
}
ASKED = {
    "citizen": """
US citizens only|U.S. citizens only|Must be a U.S. citizen|Citizenship required|citizens only|Only US citizens
U.S. citizenship is required|green card holders only|Must have a green card|no visas|No H-1B|must have a US passport
Open to US citizens only|ciudadanos solamente|Solo ciudadanos americanos|debe ser ciudadano|ciudadanía requerida
no work permits|se requiere ciudadanía|Proof of citizenship: must be a citizen|Citizens or green card holders only
""",
    "sex_doubt": """
Need 3 men|5 men needed|Looking for women|Seeking men for demolition|se buscan hombres|Necesitamos 2 muchachos
""",
    "youth": """
Ages 16 to 24|youth ages 16-24|recent graduates only|recent high-school graduates preferred|between 18 and 24
de 16 a 24 años|must be a recent college graduate|people under 25|college students preferred
""",
    "faith": """
Christians only|must be a Christian|Catholics preferred|solo cristianos|Prefer practicing Muslim
""",
    "health": "Must be in good health|must be healthy|excellent health required|tener buena salud",
    "english_only": "English only|speak only English|No Spanish spoken on site|solo inglés|no hablar español",
}
FINE = """
Women-only shelter, new roof|Boys and Girls Club|must be male or female|Retirees welcome|send us your social media links
Must be 18 or older|Must be at least 18 years old|Minimum age 17|Apprentices must be at least 17 years of age|18+
21 or older|You must be 21 to haul hazardous loads|Applicants under 18 need a work permit
Must be 25 or older to drive the van|Lifts under 35 pounds|must be under 50 lbs|is under 40 miles away
shifts under 30 hours|work at temperatures below 40 degrees|18 to 30 months of training|Between 30 and 40 hours a week
40 years of experience|Ages of buildings vary|over 30 years in business|No age limit|There is no maximum age
People of all ages welcome|young at heart|We teach young people a trade|Plant young trees|Under 40 employees
crew of 18 to 35 people|Work 18-35 feet above ground|up to 40 hours per week|under 50 percent travel
Recent graduates welcome|No experience needed, high school graduates welcome|High school diploma or GED
students welcome|Men and women wanted|Women and men only need apply their skills|We welcome women
Women are encouraged to apply|Women in trades|Women, veterans and minorities are encouraged to apply
Male and female threaded fittings only|man lift certified preferred|Only manlift operators|must be man lift certified
Journeyman preferred|foreman only|manpower needed|Waitress|No man left behind|male connectors only
Woman-owned business preferred|Veterans preferred|Local residents preferred|Disabled veterans preferred
Mexican restaurant only|Black pipe only|white hard hats only|hard hats must be white|American made steel only
Native plants|Native American hiring preference on reservation|must be American Welding Society certified
Asian languages preferred|Must be authorized to work in the United States|Legally authorized to work in the US
US citizen or authorized to work in the US|Must be a U.S. citizen or otherwise authorized to work
U.S. citizenship is not required|No citizenship required|No visa sponsorship available|no visa required
Senior citizens center preferred route|E-Verify employer|citizens advisory committee only|English required
Must speak English|Basic English needed for safety|Spanish preferred|Bilingual preferred|Speaks English with customers
Fluent in English|Near-native fluency|English and Spanish spoken|no accent walls|English only version attached
Single phase only|Single-ply only|Coverage: single only|Married couples benefits|Child care help for parents
No children on the job site|No children under 12 on site|Paid pregnancy leave|Family health plan
without children's area|Must lift 50 pounds|Able to climb ladders|physically able to do the work of the trade
Physically fit|No disability insurance deducted|With or without disability
Individuals with or without disabilities may apply|people with disabilities welcome|disability pay
Must pass a physical after the offer|State disability insurance|good health care|No Social Security number needed
Never send your Social Security number|Do not email your SSN|Social Security benefits
We will never ask you to send your Social Security number|After you are hired, you bring your Social Security card
You provide your SSN after an offer|Clerk at the Social Security Administration|direct deposit to your bank account
Bring your driver's license|Valid driver's license required|Class A license required
Bring a copy of your driver's license|Proof of age|Bring a photo ID|send photos of your work
Submit photos of finished welds|Take photos of the job|Upload photos of repairs|Provide photo documentation
photo ID required|Send your resume|Email your resume to sam@example.com|Bring your certificates|No application fee
There is no fee to apply|We pay the application fee|The union pays your test fee|Application fee waived
Employer pays for training|good pay, easy to apply|Pay is $30 an hour|weekly pay, apply today
Collects application fees from builders|Union dues apply after hire|initiation fee after 30 days|paid training
security deposit program for renters|Pay $25.00 - $30.00
We do not discriminate by age, sex, race, religion, national origin, marital status or disability
Equal opportunity regardless of race, age, sex, citizenship or disability|All are welcome regardless of accent
No discrimination against women or immigrants|No foreign object debris|Immigrants welcome|no American cheese
Mayores de 18 años|Debe tener al menos 18 años|menores de 18 necesitan permiso|Edad mínima 17 años|sin límite de edad
hombres y mujeres|Solo hombres y mujeres con ganas|Se buscan hombres y mujeres|Se buscan soldadores
personas de todas las edades|de 30 a 40 horas|contrato de 18 a 30 meses|20 a 30 años de experiencia
menos de 30 minutos|Buscamos ayudantes|clases para jóvenes|Autorizado para trabajar en Estados Unidos
ciudadano o autorizado para trabajar|La ciudadanía no es requerida|con permiso de trabajo|Se requiere inglés básico
Inglés necesario para la seguridad|bilingüe de preferencia|con o sin discapacidad|sin importar su edad
No necesita seguro social|Nunca mande su seguro social|incluye seguro médico y seguro social
no mande su número de seguro social|Después de la oferta, traiga su tarjeta de seguro social|Mande su currículum
traiga una foto de su trabajo|licencia de manejo|Sin costo para aplicar|no se cobra por aplicar|Pago semanal
No hay cuota para aplicar|Traiga una identificación con foto|la empresa paga la cuota
no discriminamos por edad, sexo, raza ni discapacidad
"""


def sentences(block: str) -> list[str]:
    return block.strip().replace("\n", "|").split("|")


def in_an_opening(said: str) -> str:
    return f"Good work, good pay. {said}. Come."


@pytest.mark.parametrize("ground", REFUSED)
def test_what_shuts_people_out_or_asks_too_much_is_refused(ground):
    passed = []
    for said in sentences(REFUSED[ground]):
        refused = [finding for finding in found(in_an_opening(said)) if not finding.asks]
        if ground not in {finding.ground for finding in refused}:
            passed.append(said)
        assert all(finding.words in str(finding) for finding in refused), said
    assert not passed


@pytest.mark.parametrize("ground", ASKED)
def test_what_a_law_may_demand_is_asked_about(ground):
    findings = {said: [(f.ground, f.asks) for f in found(in_an_opening(said))] for said in sentences(ASKED[ground])}
    assert {said: what for said, what in findings.items() if what != [(ground, True)]} == {}


def test_what_is_lawful_passes():
    findings = {said: found(in_an_opening(said)) for said in sentences(FINE)}
    assert {said: what for said, what in findings.items() if what} == {}


def seconds(said: str) -> float:
    """Of the processor, the least of three: a busy machine does not count."""
    spent = []
    for _time in range(3):
        wording._in_sentence.cache_clear()
        began = time.process_time()
        found(said)
        spent.append(time.process_time() - began)
    return min(spent)


@pytest.mark.parametrize(
    "again",
    ["never send your ssn ", "never provide date of birth ", "no send a photo ", "pay no fee ", "no pay a fee ",
     "ssn required ", "after the a b c ", "no any ", "anyone with any ", "men under ", "solo se acepta ",
     "discriminate men only ", "or citizens only ", "felons welcome no: ",
     "\u0301\u0323"],
)  # fmt: skip
def test_four_times_the_text_takes_about_four_times_as_long(again):
    """Not sixteen times or more: people paste whole pages, and whoever wishes us ill writes worse."""
    short, long = seconds((again * 500)[:2000]), seconds((again * 2000)[:8000])
    assert long < 10 * short + 0.02


def test_what_excuses_words_stands_near_them():
    assert found("After the offer and " + "the papers and " * 8 + "bring your SSN") == []
    assert found("After the offer " + "we weld and grind and " * 20 + "bring your SSN")

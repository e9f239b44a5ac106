"""The matching room's SQL, one text for each thing: the migrations install it, and the past is replayed with it.

Whoever changes a text after a release adds a migration that installs it again (`CREATE OR REPLACE`, or drop, create).
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
# What ordered.sql reads of a pair that holds; the rest of the view is not even computed.
ORDERED_BY = """p.opening_id, p.trainee_id, p.tenths, true AS holds, p.asks, p.seed, p.ticket, p.order_rule,
               p.certified, p.turns_on, p.last_on"""
# For questions that begin with a person: only openings in ZIP codes within reach are read at all. The view says so as
# well, but by itself PostgreSQL would read every opening of the trade first.
WITHIN = """p.work = ANY (ARRAY(
                       SELECT x.work FROM matching_near x WHERE x.home = p.home AND x.tenths <= p.reach))"""
# As matching_near, for a question that read the ZIP codes within a person's reach beforehand: `works`, in order.
FROM_HOME = """LATERAL (
       SELECT o.zip AS work, person.zip AS home, away[width_bucket(o.zip, works)] AS tenths)"""
# As matching_near, for a question about one `opening`: beyond 60 miles only ZIP codes from which anybody of the trade
# travels over 60. From hundreds of them nobody does, and looking into each would cost more than most lists.
FROM_WORK = """LATERAL (
       SELECT x.work, x.home, x.tenths FROM matching_near x
        WHERE x.work = o.zip
          AND (x.tenths <= 600 OR x.home IN (
               SELECT far.zip FROM matching_seeker far
                WHERE far.reach > 600
                  AND far.trade = (SELECT this.trade FROM matching_offer this WHERE this.opening_id = opening))))"""


def text(name: str, **names: str) -> str:
    """The SQL of `name`.sql with the relations named in braces filled in."""
    found = (HERE / f"{name}.sql").read_text(encoding="utf-8")
    for key, value in names.items():
        found = found.replace("{" + key + "}", value)
    return found


def pair(*, seeker="matching_seeker", offer="matching_offer", near="matching_near") -> str:
    """The rules as a query over these relations."""
    return text("pair", seeker=seeker, offer=offer, near=near)


def ordered(
    *,
    pair="matching_pair",
    place="openings_listplace",
    opening="opening",
    day="day",
    also="also",
    most="NULL::integer",
) -> str:
    """The people of one opening in its order, as a query over these."""
    return text(
        "ordered", key=text("key").rstrip(), pair=pair, place=place, opening=opening, day=day, also=also, most=most
    )


def project(looking: str = "") -> str:
    """The projecting functions. Each of the two queries is installed twice: for everybody, and for a few.

    `looking` leaves out whoever found work and does not look on, as it is since migration 0006.

    A kept plan for "people IS NULL OR id = ANY (people)" walks everybody, though it is asked for one.
    """

    def twice(found: re.Match) -> str:
        head, name, rows, attributes, query = found.groups()
        everybody = re.sub(rf"{name} IS NULL OR [\w.]+ = ANY \({name}\)", "true", query)
        these = query.replace(f"{name} IS NULL OR ", "")
        both = f"IF {name} IS NULL THEN\nRETURN QUERY\n{everybody};\nELSE\nRETURN QUERY\n{these};\nEND IF;"
        head += f" RETURNS SETOF {rows} LANGUAGE plpgsql STABLE\n{attributes}"
        return f"{head} AS $$\n#variable_conflict use_column\nBEGIN\n{both}\nEND $$;"

    query = r"(CREATE FUNCTION \w+\((\w+) bigint\[\], day date\)) RETURNS SETOF (\w+) LANGUAGE sql STABLE\n"
    query += r"(SECURITY DEFINER.*?) AS \$\$\n(.*?)\n\$\$;"
    return re.sub(query, twice, text("project", looking=looking), flags=re.DOTALL)


def looking() -> list[str]:
    """Whoever found work and does not look on is on no list: one more column to read, and the projecting anew."""
    grant = "GRANT SELECT (looking) ON accounts_traineeprofile TO throughline_matching"
    return [grant, projecting("AND p.looking")]


def not_looking() -> list[str]:
    """As it was before `looking`."""
    revoke = "REVOKE SELECT (looking) ON accounts_traineeprofile FROM throughline_matching"
    return [projecting(), revoke]


def projecting(looking: str = "") -> str:
    """The projecting functions in the place of those that are there: whose they are and who may call them stays."""
    functions = [function[0] for function in _ANEW.finditer(project(looking))]
    return "\n".join(one.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1) for one in functions)


def questions() -> str:
    """The questions pages and jobs ask of the view."""
    return text(
        "live",
        ordered=ordered(most="most").rstrip(),
        columns=ORDERED_BY,
        within=WITHIN,
        pair_from_home=pair(near=FROM_HOME),
        pair_from_work=pair(near=FROM_WORK),
        ordered_of_these=ordered(pair="met", most="most").rstrip(),
        key=text("key", place="openings_listplace", opening="opening").rstrip(),
    )


def create() -> list[str]:
    """Everything the room needs in the database, in order."""
    return [
        text("tables"),
        text("bits"),
        project(),
        f"CREATE VIEW matching_pair AS\n{pair()}",
        questions(),
        text("grants"),
    ]


def keep() -> list[str]:
    """What keeps the matches up to date, in order."""
    found = """SELECT p.trainee_id, p.opening_id, CASE WHEN p.asks THEN 'ask' ELSE 'fits' END AS state, p.tenths,
                      '1950-01-01'::date + p.certified
                 FROM matching_pair p"""
    holds = "p.holds AND p.turns_on > day AND p.last_on >= day"  # fits, or could
    over = """m.state <> 'ended' AND (m.trainee_id = ANY (people) OR m.opening_id = ANY (openings))
                    AND (m.trainee_id, m.opening_id) NOT IN (SELECT f.trainee_id, f.opening_id FROM unnest(pairs) f)"""
    return [text("keep", found=found, holds=holds, over=over, within=WITHIN)]


def tell() -> str:
    """What takes events and tells both sides; `matching.jobs` says which lock guards the matches, another telling."""
    return text("tell", teller="727006", lock="727001") + text("take", lock="727001")


# Everything that questions, keeps and tells: what `anew` puts in the place of what was there.
_ANEW = re.compile(r"CREATE FUNCTION (\w+)\(.*?\n(?:END )?\$\$;", flags=re.DOTALL)
# And what did so before, by another name.
_BEFORE = ("matching_move_up", "matching_first_and_kept")


def anew() -> list[str]:
    """The rules, questions, keeping and telling as they are now, for a database that has them as they were."""
    found = list(_ANEW.finditer(questions() + keep()[0] + tell()))
    change = re.search(r"CREATE TYPE matching_change AS \(.*?\n\);", keep()[0], flags=re.DOTALL).group()
    names = ", ".join(f"'{name}'" for name in dict.fromkeys([*(function[1] for function in found), *_BEFORE]))
    gone = f"""
        DO $$
        DECLARE
            door regprocedure;
        BEGIN
            FOR door IN SELECT p.oid::regprocedure FROM pg_proc p
                         WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN ({names}) LOOP
                EXECUTE format('DROP FUNCTION %s', door);
            END LOOP;
        END $$"""  # noqa: S608 - names of ours
    view = f"CREATE OR REPLACE VIEW matching_pair AS\n{pair()}"  # columns are only added, at its end
    made = [function[0] for function in found]
    return [gone, "DROP TYPE IF EXISTS matching_change", change, view, *made, looking()[1]]


DROP_TELL = """
DROP FUNCTION IF EXISTS matching_fill(date, timestamptz, integer);
DROP FUNCTION IF EXISTS matching_take(text[], text[], text[], date, timestamptz, integer, integer);
DROP FUNCTION matching_event(bigint[], bigint[], date, timestamptz, integer),
    matching_tell_waiting(date, text, integer, timestamptz, text, boolean, integer, bigint),
    matching_idle(timestamptz),
    matching_tell(bigint[], date, text, integer, timestamptz, text), matching_spoken(jsonb[], bigint[], integer),
    matching_post(matching_change[], date, text, integer, timestamptz, text), matching_digest(bigint[]),
    matching_about(openings_opening, text), matching_hearing(bigint[], date, text), matching_agree(bigint[]);
"""

DROP_KEEP = """
DROP FUNCTION matching_step(bigint[], bigint[], date, timestamptz, integer, boolean),
    matching_project(bigint[], bigint[], date, timestamptz), matching_turned(date),
    matching_keep(bigint[], bigint[], date, timestamptz, integer, boolean),
    matching_kept(bigint, date), matching_put(matching_found[], timestamptz, boolean),
    matching_stood(bigint, bigint[], date);
DROP TYPE matching_change, matching_found;
DROP TABLE matching_unsaid;
"""

DROP = """
DROP FUNCTION matching_kept_wrongly(date), matching_standing(bigint, date), matching_counts(bigint[], date),
    matching_first_of(bigint, date, integer), matching_first_kept(bigint, date, bigint[], integer),
    matching_sieve(bigint, date), matching_short_of(bigint, date),
    matching_passing(bigint, date, bigint[], integer),
    matching_of_people(bigint[], date);
DROP VIEW matching_pair;
DROP FUNCTION matching_project_people(bigint[], date), matching_project_openings(bigint[], date),
    matching_seekers(bigint[], date), matching_offers(bigint[], date), matching_give_tickets(bigint[]),
    matching_give_bits(bigint[], bigint[]), matching_languages(varchar[]), matching_shifts(varchar[]),
    matching_since(bigint, bigint, bigint, bigint, bytea, smallint), matching_nth(bytea, bigint),
    matching_certified(bigint, bigint, bigint, bigint, bytea, smallint[], smallint[]),
    matching_wanted(bigint[], bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, integer),
    matching_groups(bigint[], bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, integer),
    matching_ones(bigint, bigint, bigint, bigint);
DROP TABLE matching_offer, matching_seeker, matching_near, matching_ticket, matching_bit;
DROP OWNED BY throughline_matching;
"""

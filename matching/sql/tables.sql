-- What matching reads: projections of the facts, derived, kept row by row by the jobs, and rebuilt at any time.
-- Integers and bits only, so that every implementation of the rules agrees to the last digit. Logged tables: a crash
-- would empty unlogged ones. A credential is a bit: bit b is bit b % 63 of word b / 63 (the sign bit stays free).

CREATE TABLE matching_bit (
    credential_id varchar(40) PRIMARY KEY, -- no reference: the bit of a credential that is deleted is not given again
    bit smallint NOT NULL UNIQUE CONSTRAINT matching_knows_252_credentials_at_most CHECK (bit BETWEEN 0 AND 251)
);

-- A person's own number, drawn once at random: ties and lotteries are drawn from it, never from a name or a row number.
CREATE TABLE matching_ticket (
    trainee_id bigint PRIMARY KEY REFERENCES accounts_traineeprofile ON DELETE CASCADE,
    ticket bigint NOT NULL UNIQUE CHECK (ticket >= 0)
);

-- ZIP codes within 200 miles (the farthest a profile allows) of every ZIP code where work is or was offered.
CREATE TABLE matching_near (
    work integer NOT NULL,
    home integer NOT NULL,
    tenths smallint NOT NULL, -- of a mile, between the middles of the areas; computed by matching.rules.tenths_between
    PRIMARY KEY (work, home) INCLUDE (tenths)
);
CREATE INDEX matching_near_home ON matching_near (home, tenths) INCLUDE (work);

-- A person who agreed to be matched, in one trade, as seen by everybody (at = 0) or by an employer who evaluated them.
CREATE TABLE matching_seeker (
    trainee_id bigint NOT NULL REFERENCES accounts_traineeprofile ON DELETE CASCADE,
    trade integer NOT NULL, -- the O*NET code's digits: 51-4121.00 is 51412100
    at bigint NOT NULL, -- 0, or the organization as whose candidate the row counts
    evaluated boolean NOT NULL, -- on the row of at = 0: the person has rows of other `at` as well ...
    own bigint NOT NULL, -- ... namely this one; 0 none, -1 several
    zip integer NOT NULL,
    reach smallint NOT NULL, -- tenths of a mile the person travels
    license smallint NOT NULL, -- -1 not said, 0 none, 1 class C, 2 class B, 3 class A
    languages smallint NOT NULL, -- bits of en es pa hmn tl vi; 0 not said
    shifts smallint NOT NULL, -- bits of day swing night weekend; 0 not said
    wage integer NOT NULL, -- lowest hourly pay in cents, 0 when none was named
    free_on date NOT NULL, -- -infinity when not said
    h0 bigint NOT NULL, h1 bigint NOT NULL, h2 bigint NOT NULL, h3 bigint NOT NULL, -- credentials that count today
    c0 bigint NOT NULL, c1 bigint NOT NULL, c2 bigint NOT NULL, c3 bigint NOT NULL, -- claimed: self-declared, or elsewhere
    ticket bigint NOT NULL,
    turns_on date NOT NULL, -- the first day on which the row is another one; infinity when none is known
    since bytea NOT NULL, -- for each bit in h, in order, two bytes: days since 1950-01-01 it is held without a gap
    PRIMARY KEY (trainee_id, trade, at)
) WITH (fillfactor = 90); -- people of one trade and place lie together, and stay there when something of theirs changes
CREATE INDEX matching_seeker_place ON matching_seeker (trade, zip, reach);
CREATE INDEX matching_seeker_far ON matching_seeker (trade, zip, reach) WHERE reach > 600; -- few; see FROM_WORK
CREATE INDEX matching_seeker_turns ON matching_seeker (turns_on) WHERE turns_on < 'infinity';

-- An opening that is offered today.
CREATE TABLE matching_offer (
    -- What every pair is judged by comes first and is of fixed length: columns after a list of any length are slow to reach.
    opening_id bigint PRIMARY KEY REFERENCES openings_opening ON DELETE CASCADE,
    organization_id bigint NOT NULL,
    trade integer NOT NULL,
    zip integer NOT NULL,
    last_on date NOT NULL, -- the last day it is offered; infinity when not said
    needed_on date NOT NULL, -- infinity when not said
    wage integer NOT NULL, -- highest hourly pay in cents
    license smallint NOT NULL, -- 0 when none is asked for
    languages smallint NOT NULL, -- all of them; 0 when none is asked for
    shifts smallint NOT NULL, -- one of them; 0 when none is asked for
    order_rule smallint NOT NULL, -- 0 waiting, 1 ranked, 2 first in first out, 3 lottery
    r0 bigint NOT NULL, r1 bigint NOT NULL, r2 bigint NOT NULL, r3 bigint NOT NULL, -- required
    a0 bigint NOT NULL, a1 bigint NOT NULL, a2 bigint NOT NULL, a3 bigint NOT NULL, -- one of these; none when all are 0
    p0 bigint NOT NULL, p1 bigint NOT NULL, p2 bigint NOT NULL, p3 bigint NOT NULL, -- preferred
    q1 smallint NOT NULL, q2 smallint NOT NULL, q3 smallint NOT NULL,
    plain boolean NOT NULL, -- asked is one to three required bits: those of q1, q2 and q3 that are not -1
    more bigint[] NOT NULL, -- four words for each further group of which one is asked for
    asked smallint[] NOT NULL, -- every bit asked for, required ones and members of groups ...
    groups smallint[] NOT NULL, -- ... and the group each belongs to; a required one is a group of its own
    seed bytea NOT NULL -- 32 bytes; with a person's ticket it draws ties and lotteries
);
CREATE INDEX matching_offer_place ON matching_offer (trade, zip);

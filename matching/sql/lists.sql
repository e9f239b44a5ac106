-- What the full rematch writes (matching/rematch.py), all three anew each time and swapped in at once: to read, never to
-- decide. Nothing may refer to them: the tables of tomorrow are others with the same names.

-- The first fifty who pass each opening, in its own order. key: see matching_passing.
CREATE TABLE matching_top (
    opening_id bigint NOT NULL,
    place smallint NOT NULL,
    trainee_id bigint NOT NULL,
    tenths smallint NOT NULL, -- of a mile
    key bigint NOT NULL,
    CONSTRAINT matching_top_pkey PRIMARY KEY (opening_id, place)
);

-- How many people one credential (of a group: any of its members) would bring to an opening.
CREATE TABLE matching_short (
    opening_id bigint NOT NULL,
    bit smallint NOT NULL,
    people integer NOT NULL,
    CONSTRAINT matching_short_pkey PRIMARY KEY (opening_id, bit)
);

-- The same for a county where people live and a trade: how many people, and how many pairs of person and opening.
CREATE TABLE matching_gap (
    county varchar NOT NULL, -- '' where it is not known
    trade integer NOT NULL,
    bit smallint NOT NULL,
    people integer NOT NULL,
    pairs bigint NOT NULL,
    CONSTRAINT matching_gap_pkey PRIMARY KEY (county, trade, bit)
);

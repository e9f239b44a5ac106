"""A copy of the tests' database in which commits stay: for what several processes or threads do at once."""

import contextlib
import os
from collections.abc import Iterator

import psycopg
from django.db import connection

from matching import rematch


@contextlib.contextmanager
def database(name: str) -> Iterator[None]:
    """Inside, Django's connection is one to a copy, without a pool; it is dropped afterwards."""
    connection.close_pool()
    given, mine = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_{name}_{os.getpid()}"
    options = connection.settings_dict["OPTIONS"]
    pool = options.pop("pool", None)

    def admin(statement):
        connection.close()
        with psycopg.connect(psycopg.conninfo.make_conninfo(rematch.address(), dbname="postgres")) as line:
            line.autocommit = True
            line.execute(statement)

    admin(f'CREATE DATABASE "{mine}" TEMPLATE "{given}"')
    connection.settings_dict["NAME"] = mine
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given
        options |= {"pool": pool} if pool else {}
        admin(f'DROP DATABASE "{mine}" WITH (FORCE)')

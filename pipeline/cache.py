"""The cache is a table in PostgreSQL, and a limit in it ends by time alone.

Django's own table throws live rows out once it holds 300: whoever asks for codes in many names could push the limit on
one name out of it.
"""

from django.core.cache.backends.db import DatabaseCache
from django.db import connections


class LastingCache(DatabaseCache):
    """Only what has expired is thrown out."""

    def _cull(self, db, cursor, now, num):
        connection = connections[db]
        cursor.execute(
            f"DELETE FROM {connection.ops.quote_name(self._table)} WHERE expires < %s",  # noqa: S608 - our own table
            [connection.ops.adapt_datetimefield_value(now)],
        )

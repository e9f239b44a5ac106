"""As whom the database is asked: on whose behalf this request, or which job, is at work.

PostgreSQL shows the rows with contacts, letters, notes and papers of people only to those they concern
(pipeline/walls.py says which, docs/adr/0012 why). Who that is stands in `application_name`, the one setting that
PostgreSQL reports back to its client whenever it changes, also by a rollback. So before every statement what the server
last said is compared with what is true now, and nothing of an earlier request can be left on a connection. Without a
scope nothing is shown.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

PREFIX = "throughline "
NONE, VISITOR, FOR = "", "visitor", " for "
_scope: ContextVar[str] = ContextVar("scope", default=NONE)
# Tests alone: the first word of a scope and the role that is put on with it, for there all is one connection.
ROLES: dict[str, str] = {}


def current() -> str:
    """The scope of this moment: "person 12", "visitor for sign-in", "job matching.tasks.sweep", or nothing."""
    return _scope.get()


@contextlib.contextmanager
def entered(scope: str) -> Iterator[None]:
    """While inside, the database is asked in this scope."""
    token = _scope.set(scope[: 63 - len(PREFIX)])  # PostgreSQL cuts longer names off
    try:
        yield
    finally:
        _scope.reset(token)


def person(pk) -> contextlib.AbstractContextManager:
    """On behalf of somebody who signed in."""
    return entered(f"person {int(pk)}")


def visitor() -> contextlib.AbstractContextManager:
    """On behalf of somebody who did not."""
    return entered(VISITOR)


def job(name: str) -> contextlib.AbstractContextManager:
    """A job or a command, which sees everybody. Only the role of jobs is heard when it says so."""
    return entered(f"job {name}")


def turn_to(scope: str) -> None:
    """From here to the end of what was entered it is another: who came in or went out in the midst of a request."""
    now = current()
    if now != NONE and not now.startswith("job "):
        _scope.set(scope + "".join(now.partition(FOR)[1:]))


def turn_to_task(name: str) -> None:
    """From here to the end of what was entered it is for this task."""
    now = current() or VISITOR
    if not now.startswith("job "):
        _scope.set(now.partition(FOR)[0] + FOR + name)


@contextlib.contextmanager
def task(name: str) -> Iterator[None]:
    """What a page must do beyond what its reader may see, by name: telling somebody, letting somebody in. Inside a job
    it changes nothing. It can stand above a function, too.
    """
    with entered(current()):
        turn_to_task(name)
        yield


# --- On the connection ------------------------------------------------------------------------------------------------
def follow(execute, sql, params, many, context):
    """Before each statement: the connection is in the scope of this moment."""
    connection = context["connection"]
    apply(connection)
    return execute(sql, params, many, context)


def apply(connection) -> None:
    """Tell the server the scope, unless its last word was the same."""
    line, scope = connection.connection, _scope.get()
    wanted = PREFIX + scope
    if line.pgconn.parameter_status(b"application_name") == wanted.encode():
        return
    if line.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.INTRANS):
        return  # a transaction that failed can only be rolled back, and that is what comes
    with connection.wrap_database_errors:
        if ROLES:
            say = "SELECT set_config('application_name', %s, false), set_config('role', %s, false)"
            line.execute(say, [wanted, ROLES.get(scope.partition(" ")[0], "none")])
        else:
            line.execute("SELECT set_config('application_name', %s, false)", [wanted])


def watch(connection, **_) -> None:
    """Every new connection of Django's is followed."""
    if follow not in connection.execute_wrappers:
        connection.execute_wrappers.append(follow)


connection_created.connect(watch, dispatch_uid="scopes")

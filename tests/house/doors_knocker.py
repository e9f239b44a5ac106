"""For the doors test: a browser whose requests leave nothing behind, and what makes thousands of them quick."""

import logging
import re
import sys
from copy import copy

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.middleware.csrf import get_token
from django.template.backends.django import Template
from django.test import Client

from accounts.policies import memberships_of
from councils.policies import councils_of

# What anybody's request may write: who is signed in where, how often something was tried.
THEIR_OWN = re.compile(r'^\W*(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:django_session|cache|usersessions)', re.I)
WRITES = re.compile(
    r"^\W*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE)|^\W*WITH\b.*\b(?:INSERT INTO|DELETE FROM)\b", re.I | re.S
)
SESSIONS = {}  # of those who knock, by their keys


class Knocker(Client):
    """A browser of one person: nothing it does stays, and the test sees what it wrote."""

    def __init__(self, viewer):
        super().__init__(headers={"accept-language": "en"}, raise_request_exception=False)
        if viewer.user:
            self.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
            SESSIONS[self.session.session_key] = Session.objects.get(pk=self.session.session_key)

    def request(self, **request):
        return self.handler(self._base_environ(**request))

    def knock(self, method: str, url: str, body=None):
        wrote, wrong = [], []

        def watch(execute, sql, params, many, context):
            if WRITES.match(sql) and not THEIR_OWN.match(sql):
                wrote.append(sql[:90])
            return execute(sql, params, many, context)

        def note(sender, request=None, **_signal):
            wrong.append(repr(sys.exc_info()[1]))

        got_request_exception.connect(note)
        here = transaction.savepoint()
        try:
            with connection.execute_wrapper(watch):
                answer = self.post(url, body or {}) if method == "POST" else self.get(url)
        finally:
            got_request_exception.disconnect(note)
            transaction.savepoint_rollback(here)
            connection.needs_rollback, connection.run_on_commit = False, []
        answer.wrote, answer.wrong = wrote, wrong
        return answer


@pytest.fixture
def quick_dead_ends(monkeypatch):
    """The pages for nothing, for no and for the wrong method say the same to the same person every time."""
    plain, kept = Template.render, {}
    logging.disable(logging.CRITICAL)  # thousands of refusals are no news

    def render(template, context=None, request=None):
        name = template.template.name
        if name not in ("404.html", "403.html", "405.html") or request is None or not request.user.is_authenticated:
            return plain(template, context, request)
        key = (name, request.user.pk, str((context or {}).get("exception")) if name == "403.html" else "")
        if key not in kept:
            kept[key] = plain(template, context, request)
        get_token(request), str(request.csp_nonce)  # what drawing it asks for stands in the headers
        return kept[key]

    monkeypatch.setattr(Template, "render", render)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def known_readers(monkeypatch):
    """Who signed in, by which session, and what they act and sit for is read at each one's first request.

    Every request is taken back, so each later one would read the very same.
    """
    read_user, read_session, users = ModelBackend.get_user, SessionStore._get_session_from_db, {}

    def get_user(backend, pk):
        if pk not in users:
            users[pk] = read_user(backend, pk)
            memberships_of(users[pk]), councils_of(users[pk])
        again = copy(users[pk])  # what a request changes on it is that request's
        again._memberships_today = [copy(membership) for membership in memberships_of(again)]
        for membership in again._memberships_today:
            membership.organization = copy(membership.organization)
        return again

    def get_session(store):
        return SESSIONS.get(store.session_key) or read_session(store)

    monkeypatch.setattr(ModelBackend, "get_user", get_user)
    monkeypatch.setattr(SessionStore, "_get_session_from_db", get_session)
    yield
    SESSIONS.clear()

"""Whatever order people are invited, join, move, are demoted, leave and organizations are put together in: who acts for
whom agrees with a model of twenty lines, after each of 2,000 steps."""

import copy
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Invitation, Membership, Organization, User
from accounts.organizations import invitations, memberships, merging
from accounts.policies import Denied
from ledger.lifecycle import IllegalStep

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
PEOPLE = ["cora", "ada", "bea", "dan", "eve"]
BODIES = ["coalition", "steel", "steele", "metal"]
ROLES = ["admin", "staff"]
people, bodies, roles = st.sampled_from(PEOPLE), st.sampled_from(BODIES), st.sampled_from(ROLES)
steps = {"examples": 50, "each": 40}


class Acting(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block._from_testcase = True  # the actions are durable: this block is what a test is to them
        self.block.__enter__()
        self.user = {name: User(full_name=name.title(), email=f"{name}@throughline.example") for name in PEOPLE}
        User.objects.bulk_create(self.user.values())
        EmailAddress.objects.bulk_create(
            EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in self.user.values()
        )
        kinds = {"coalition": Organization.Kind.COALITION}
        self.body = {n: Organization(name=n, kind=kinds.get(n, Organization.Kind.EMPLOYER)) for n in BODIES}
        Organization.objects.bulk_create(self.body.values())
        self.acts = {("cora", "coalition"): "staff", ("ada", "steel"): "admin", ("bea", "metal"): "admin"}
        for (who, where), role in self.acts.items():
            Membership.objects.create(user=self.user[who], organization=self.body[where], role=role, starts_on=NOW)
        self.invited: list[dict] = []
        self.gone: set[str] = set()

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- The model ----------------------------------------------------------------------------------------------------
    def at(self, where) -> dict[str, str]:
        return {who: role for (who, body), role in self.acts.items() if body == where}

    def manages(self, who, where) -> bool:
        if self.at(where).get(who) == "admin":
            return True
        return who in self.at("coalition") and not (where == "coalition" and "admin" in self.at(where).values())

    def stuck(self, who, where, by) -> bool:
        """The last administrator, while others are there, and nobody from outside lets them go."""
        others = {w: r for w, r in self.at(where).items() if w != who}
        last = self.at(where).get(who) == "admin" and "admin" not in others.values()
        return last and bool(others) and by in self.at(where)

    def expect(self, allowed: bool, do) -> bool:
        try:
            do()
        except (Denied, IllegalStep):
            assert not allowed, "refused, and the model allows it"
            return False
        assert allowed, "allowed, and the model refuses it"
        return True

    def who(self, name) -> User:
        return copy.copy(self.user[name])  # a new request: nothing is remembered

    def membership(self, who, where) -> Membership:
        rows = Membership.objects.select_related("organization", "user").order_by("-pk")
        found = rows.filter(user=self.user[who], organization=self.body[where]).first()
        return found or Membership(pk=-1, user=self.user[who], organization=self.body[where])

    # --- The steps ----------------------------------------------------------------------------------------------------
    @rule(by=people, where=bodies, who=people, role=roles)
    def invite(self, by, where, who, role):
        allowed = self.manages(by, where) and where not in self.gone and who not in self.at(where)

        def do():
            made = invitations.invite(self.body[where], email=self.user[who].email, role=role, by=self.who(by), at=NOW)
            for other in self.invited:
                other["open"] &= (other["who"], other["where"]) != (who, where)
            self.invited.append({"row": made, "who": who, "where": where, "role": role, "by": by, "open": True})

        self.expect(allowed, do)

    @rule(data=st.data(), who=people, right=st.booleans())
    def join(self, data, who, right):
        if not self.invited:
            return
        invited = data.draw(st.sampled_from(self.invited[-4:]))
        who = invited["who"] if right else who
        where = invited["where"]
        allowed = invited["open"] and who == invited["who"] and self.manages(invited["by"], where)
        if self.expect(allowed, lambda: invitations.accept(invited["row"], by=self.who(who), at=NOW)):
            invited["open"] = False
            self.acts.setdefault((who, where), invited["role"])

    @rule(data=st.data(), by=people)
    def revoke(self, data, by):
        if not self.invited:
            return
        invited = data.draw(st.sampled_from(self.invited[-4:]))
        if self.expect(
            self.manages(by, invited["where"]), lambda: invitations.revoke(invited["row"], by=self.who(by), at=NOW)
        ):
            invited["open"] = False

    @rule(by=people, where=bodies, who=people, role=roles)
    def promote_or_demote(self, by, where, who, role):
        allowed = self.manages(by, where) and who in self.at(where)
        allowed = allowed and not (role == "staff" and self.stuck(who, where, by))
        row = self.membership(who, where)
        if self.expect(allowed, lambda: memberships.change(row, role=role, by=self.who(by), at=NOW)):
            self.acts[who, where] = role

    @rule(by=people, where=bodies, who=people, own=st.booleans())
    def leave_or_end(self, by, where, who, own):
        by = who if own else by
        allowed = who in self.at(where) and (by == who or self.manages(by, where)) and not self.stuck(who, where, by)
        row = self.membership(who, where)
        if self.expect(allowed, lambda: memberships.end(row, by=self.who(by), at=NOW)):
            del self.acts[who, where]

    @rule(by=people, where=bodies, who=people, heir=people)
    def hand_over(self, by, where, who, heir):
        allowed = {who, heir} <= self.at(where).keys() and who != heir and self.manages(by, where)
        row, next_one = self.membership(who, where), self.membership(heir, where)
        if self.expect(allowed, lambda: memberships.end(row, successor=next_one, by=self.who(by), at=NOW)):
            del self.acts[who, where]
            self.acts[heir, where] = "admin"

    @rule(by=people, who=people, here=bodies, there=bodies, role=roles)
    def move(self, by, who, here, there, role):
        allowed = by in self.at("coalition") and self.manages(by, here) and self.manages(by, there) and here != there
        allowed = allowed and there not in self.gone and who in self.at(here) and not self.stuck(who, here, by)
        row = self.membership(who, here)
        if self.expect(allowed, lambda: memberships.move(row, self.body[there], role=role, by=self.who(by), at=NOW)):
            del self.acts[who, here]
            self.acts.setdefault((who, there), role)

    @rule(by=people, old=bodies, new=bodies)
    def merge(self, by, old, new):
        allowed = by in self.at("coalition") and self.manages(by, old) and self.manages(by, new)
        allowed = allowed and old != new and "coalition" not in (old, new) and not self.gone & {old, new}
        if self.expect(allowed, lambda: merging.merge(self.body[old], self.body[new], by=self.who(by), at=NOW)):
            for who, role in self.at(old).items():
                del self.acts[who, old]
                self.acts.setdefault((who, new), role)
            for invited in self.invited:
                invited["open"] &= invited["where"] != old
            self.gone.add(old)

    # --- What must hold -----------------------------------------------------------------------------------------------
    @invariant()
    def who_acts_for_whom(self):
        if not hasattr(self, "acts"):
            return
        rows = Membership.objects.current().order_by()
        names = {user.pk: name for name, user in self.user.items()}
        places = {body.pk: name for name, body in self.body.items()}
        found = [(names[u], places[o], role) for u, o, role in rows.values_list("user", "organization", "role")]
        assert sorted(found) == sorted((*key, role) for key, role in self.acts.items())

    @invariant()
    def what_can_be_accepted(self):
        if not hasattr(self, "invited"):
            return
        rows = Invitation.objects.filter(accepted_at=None, revoked_at=None).values_list("pk", flat=True)
        assert set(rows) == {invited["row"].pk for invited in self.invited if invited["open"]}


@pytest.mark.django_db
def test_whoever_acts_for_whom_agrees_with_the_model_over_2000_steps():
    with time_machine.travel(NOW, tick=False):
        run_state_machine_as_test(
            Acting,
            settings=settings(
                max_examples=steps["examples"],
                stateful_step_count=steps["each"],
                derandomize=True,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

"""The load: people press buttons on real pages, and every answer that says "saved" is noted on disk before the next.

A press whose answer never came (the connection was cut, or 5xx) is repeated, the same form with the same token, until
an answer is clear. Only then does the person go on, so that at the end nothing is unknown.
"""

import json
import os
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from .browser import Answer, links
from .cast import GROUPS, ZIP, Cast, Player

AGAIN = 0.5  # seconds until an unclear press is repeated


class Notes:
    """What was acknowledged, one line each, on disk before anything else happens."""

    def __init__(self, path: Path):
        self.path, self._file, self._lock = path, path.open("a"), threading.Lock()
        self.rows: list[dict] = []

    def acknowledged(self, kind: str, **key) -> None:
        with self._lock:
            self._file.write(json.dumps({"kind": kind, **key}) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.rows.append({"kind": kind, **key})

    def of(self, kind: str) -> list[dict]:
        with self._lock:
            return [row for row in self.rows if row["kind"] == kind]

    def __len__(self) -> int:
        return len(self.rows)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()


@dataclass
class Load:
    """Several people at once, each a thread that takes one step after another until told to stop."""

    cast: Cast
    notes: Notes
    pause: float
    troubles: list[str] = field(default_factory=list)  # answers that should not be
    unclear: Counter = field(default_factory=Counter)  # presses that had to be repeated, by kind
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for step in (self._declares(), self._confirms(), self._offers(), self._answers(), self._moves(), self._takes()):
            thread = threading.Thread(target=self._go_on, args=(step,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let everybody finish the press they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(120)
            if thread.is_alive():
                self.troubles.append("a press was not answered clearly for two minutes after the last fault")

    def _go_on(self, steps) -> None:
        try:
            while not self._stop.is_set():
                next(steps)
                self._stop.wait(self.pause)
        except Exception as error:
            self.troubles.append(f"the load itself broke: {type(error).__name__}: {error}")
            raise

    def _insist(self, kind: str, press: Callable[[], Answer], clear: Callable[[Answer, int], bool], **key) -> None:
        """Press until the answer is clear, and note what it acknowledged."""
        presses = 0
        while True:
            answer = press()
            if answer.unknown:
                presses += 1
                self.unclear[kind] += presses == 1
                # Not stoppable: what is unknown is asked again until it is known.
                threading.Event().wait(AGAIN)
                continue
            if clear(answer, presses):
                self.notes.acknowledged(kind, **key, presses=presses + 1)
            else:
                self.trouble(kind, answer)
            return

    def trouble(self, kind: str, answer: Answer) -> None:
        out = " (signed out)" if answer.signed_out else ""
        self.troubles.append(
            f"{kind}: {answer.method} {answer.path} answered {answer.status} {answer.location} {answer.said}{out}"
        )

    def _page(self, player: Player, path: str) -> str:
        """A page to read before pressing; empty while there is none."""
        answer = player.browser.get(path)
        if not answer.unknown and answer.status != 200:
            self.trouble("page", answer)
        return answer.body if answer.status == 200 else ""

    # --- What people do
    def _declares(self):
        """A trainee writes down a certificate. Sent twice, the second is told that it is there already."""

        def clear(answer, presses):
            return answer.saved or (presses > 0 and answer.status == 422)

        while True:
            for player in self.cast.trainees:
                player.count += 1
                credential = GROUPS[player.group][0]
                issued = (date.today() - timedelta(days=player.count)).isoformat()  # noqa: DTZ011 - any day will do
                fields = {"credential": credential, "issued_on": issued, "expires_on": "", "who": self.cast.school}
                self._insist(
                    "declared",
                    lambda player=player, fields=fields: player.browser.post("/me/certificates/new/", fields),
                    clear,
                    trainee=player.trainee,
                    credential=credential,
                    issued_on=issued,
                )
                yield

    def _confirms(self):
        """The provider confirms what waits for its word. Sent twice, it is confirmed once."""
        seen = set()
        while True:
            page = self._page(self.cast.provider, "/certificates/")
            for found in links(r"/certificates/ID/confirm/", page):
                if found not in seen:
                    seen.add(found)
                    self._insist(
                        "confirmed",
                        lambda found=found: self.cast.provider.browser.post(f"/certificates/{found}/confirm/", {}),
                        lambda answer, _presses: answer.saved,
                        certification=found,
                    )
                    yield
            yield

    def _offers(self):
        """An employer publishes an opening, the form's own token in it, and answers who said yes."""
        seen = set()
        while True:
            for player in self.cast.hirers:
                tokens = links(r'name="token" value="ID"', self._page(player, "/openings/new/"))
                if tokens:
                    player.count += 1
                    self._publish(player, tokens[0])
                yield
                for found in links(r"/referrals/ID/", self._page(player, "/hire/")):
                    if found in seen:
                        continue
                    seen.add(found)
                    self._insist(
                        "responded",
                        lambda player=player, found=found: player.browser.post(
                            f"/referrals/{found}/respond/", {"step": "interview", "reason": "", "note": ""}
                        ),
                        lambda answer, presses: answer.saved or (presses > 0 and answer.status == 302),
                        referral=found,
                    )
                    yield

    def _publish(self, player: Player, token: str) -> None:
        credential, trade = GROUPS[player.group]
        fields = {
            "token": token,
            "then": "publish",
            "kind": "job",
            "title": f"Opening {player.count} for {credential}",
            "occupation_id": trade,
            "zip": ZIP,
            "seats": 50,
            "wage_min_cents": "24.50",
            "order_rule": "waiting",
            "required": [credential],
        }
        self._insist(
            "published",
            lambda: player.browser.post("/openings/new/", fields),
            lambda answer, presses: (
                answer.location == f"/openings/{token}/" and (answer.saved or (presses > 0 and answer.status == 302))
            ),
            opening=token,
        )

    def _answers(self):
        """A trainee says yes, not now or no to what fits. The same answer twice is one answer."""
        waiting: dict[int, deque] = {}
        said = set()
        number = 0
        while True:
            for player in self.cast.trainees:
                found = waiting.setdefault(player.trainee, deque())
                if not found:
                    page = self._page(player, "/me/")
                    found.extend(match for match in links(r"/matches/ID/", page)[:4] if match not in said)
                if found:
                    match, number = found.popleft(), number + 1
                    said.add(match)
                    step = ("yes", "yes", "not_now", "yes", "no")[number % 5]
                    self._insist(
                        "answered",
                        lambda player=player, match=match, step=step: player.browser.post(
                            f"/matches/{match}/{step}/", {"reason": "pay", "note": ""} if step == "no" else {}
                        ),
                        lambda answer, _presses: answer.saved,
                        match=match,
                        step=step,
                    )
                yield

    def _moves(self):
        """A trainee changes what they told us: the lowest pay, a figure that they never named before."""
        cents = 100
        while True:
            cents += 1
            for player in self.cast.trainees:
                fields = {"zip": ZIP, "miles": 50, "wage": f"{cents / 100:.2f}", "license": "?", "available_from": ""}
                self._insist(
                    "changed",
                    lambda player=player, fields=fields: player.browser.post("/me/profile/", fields),
                    lambda answer, _presses: answer.saved,
                    trainee=player.trainee,
                    cents=cents,
                )
                yield

    def _takes(self):
        """Two coordinators in turn take each person's next step on."""
        while True:
            for coordinator in self.cast.coordinators:
                for player in self.cast.trainees:
                    self._insist(
                        "taken",
                        lambda coordinator=coordinator, player=player: coordinator.browser.post(
                            f"/people/{player.public_id}/take/", {}
                        ),
                        lambda answer, _presses: answer.saved,
                        trainee=player.trainee,
                        coordinator=coordinator.user.pk,
                    )
                    yield

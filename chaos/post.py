"""The post office on the other side: a real SMTP server that notes what it accepts, and can be told to misbehave.

    python -m chaos.post HOST:PORT FOLDER

It behaves as the word in FOLDER/post says, read anew all the time. What it accepts is a line in FOLDER/post.jsonl,
written before it answers; so a letter whose answer never arrived is noted as well.
"""

import asyncio
import contextlib
import json
import sys
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP

# refuse: nobody listens. mute: it takes the call and says nothing. 451: come back later. 550: those who are gone are
# unknown here. cut: it takes the letter and hangs up before it says so.
MODES = ("well", "refuse", "mute", "451", "550", "cut")
GONE = "gone-"  # how the addresses begin that 550 is about
LOOK = 0.05
PER_LETTER = 0.03  # as a server on the net takes its time, so that a kill finds a letter under way


class Post:
    """What aiosmtpd asks at each step of a letter."""

    def __init__(self, folder: Path):
        self.word, self.record = folder / "post", folder / "post.jsonl"

    @property
    def mode(self) -> str:
        with contextlib.suppress(FileNotFoundError):
            return self.word.read_text().strip() or "well"
        return "well"

    def note(self, message_id: str, to: list[str], answer: str) -> None:
        with self.record.open("a") as file:
            file.write(json.dumps({"at": time.time(), "id": message_id, "to": to, "answer": answer}) + "\n")

    async def handle_RCPT(self, server, session, envelope, address, options):
        mode = self.mode
        if mode == "451":
            return "451 4.3.0 Try again later"
        if mode == "550" and address.startswith(GONE):
            self.note("", [address], "550")
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(PER_LETTER)
        letter = message_from_bytes(envelope.content, policy=default)
        cut = self.mode == "cut"
        self.note(letter["Message-ID"], envelope.rcpt_tos, "cut" if cut else "250")
        if cut:
            server.transport.abort()
        return "250 OK"


class Server(SMTP):
    """One connection."""

    async def _handle_client(self):
        if self.event_handler.mode == "mute":
            await asyncio.sleep(120)
            return
        await super()._handle_client()


async def serve(host: str, port: int, post: Post) -> None:
    """Listen, except while nobody should."""
    loop, listener = asyncio.get_running_loop(), None
    while True:
        if post.mode == "refuse":
            if listener:
                listener.close()
                listener = None
        elif listener is None:
            listener = await loop.create_server(lambda: Server(post, loop=loop), host, port)
        await asyncio.sleep(LOOK)


def main() -> None:
    where, folder = sys.argv[1:]
    host, port = where.rsplit(":", 1)
    asyncio.run(serve(host, int(port), Post(Path(folder))))


if __name__ == "__main__":
    main()

"""A mail server of our own on a real socket, that answers as it is told to."""

import socket
import threading
from email import message_from_bytes


class Server:
    """Speaks SMTP. `says` overrules its answer to a verb: "550 5.1.1 no such mailbox", MUTE, or DROP (hang up)."""

    MUTE, DROP = "mute", "drop"

    def __init__(self, **says: str):
        self.says = says
        self.letters = []  # what it took, as parsed messages
        self.connections = 0
        self.lines = []
        self._open = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        for one in [self._socket, *self._open]:
            one.close()

    def _accept(self):
        while True:
            try:
                peer, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(peer)
            threading.Thread(target=self._talk, args=[peer], daemon=True).start()

    def _talk(self, peer):
        lines = peer.makefile("rb")

        def answer(verb, usual) -> bool:
            said = self.says.get(verb, usual)
            if said == self.MUTE:
                lines.read()  # until the other side gives up
                return False
            if said == self.DROP:
                peer.shutdown(socket.SHUT_RDWR)
                return False
            peer.sendall(said.encode() + b"\r\n")
            # 421 closes the connection (RFC 5321, 3.8).
            return not said.startswith("421")

        usual = {"EHLO": "250 mail.example", "DATA": "354 go on", "QUIT": "221 bye"}
        try:
            if not answer("HELLO", "220 mail.example"):
                return
            while line := lines.readline():
                verb = line.split(b":")[0].split()[0].decode().upper()
                self.lines.append(verb)
                if not answer(verb, usual.get(verb, "250 ok")):
                    return
                if verb == "DATA" and "DATA" not in self.says:
                    letter = b"".join(iter(lines.readline, b".\r\n"))
                    self.letters.append(message_from_bytes(letter))
                    if not answer("END", "250 taken"):
                        return
        except OSError:
            return
        finally:
            peer.close()

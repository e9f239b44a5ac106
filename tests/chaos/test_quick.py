"""The quickest faults of `make chaos`, on a product of their own."""

import os
import re
import subprocess
import sys

from pipeline.local import ROOT
from tests import prepared


def test_a_kill_an_emptied_valkey_and_a_mail_server_that_hangs_up_lose_nothing(tmp_path_factory):
    with prepared.place(prepared.shared(tmp_path_factory)) as place:
        data = ["--data", str(place)] if place.exists() else []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    done = subprocess.run(
        [sys.executable, "-m", "chaos", "--quick", *data],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    last = done.stdout.splitlines()[-1]
    found = re.fullmatch(r"chaos: (\d+) acknowledged, (\d+) present, 0 lost, \d+ duplicates, 2 kills", last)
    assert found, said
    assert found[1] == found[2]

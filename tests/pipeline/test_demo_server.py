"""What `make demo` says before it starts anything. That it starts, is seen in tests/journeys/test_house.py."""

import json
import os

import pytest

from pipeline import demo_server
from pipeline.processes import Trouble


def test_a_second_demo_in_the_same_clone_is_told_of_the_first(tmp_path):
    with (
        demo_server.only_one(tmp_path, "http://127.0.0.1:8000/"),
        pytest.raises(Trouble, match=rf"already running: http://127.0.0.1:8000/ .*kill {os.getpid()}"),
        demo_server.only_one(tmp_path, "http://127.0.0.1:9000/"),
    ):
        pass


def test_a_busy_port_is_answered_with_one_that_is_free(monkeypatch):
    monkeypatch.setattr(demo_server, "free", lambda port: port not in (8000, 8001))
    with pytest.raises(Trouble, match=r"Port 8000 is in use by another program.*make demo PORT=8002"):
        demo_server.claim(8000)
    demo_server.claim(8002)


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_what_is_no_port_is_said_to_be_none(port):
    with pytest.raises(Trouble, match="is not a port"):
        demo_server.claim(port)


def test_two_clones_have_keys_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(demo_server, "any_port", lambda: 2525)
    one, other = (demo_server.environment(tmp_path / name, 8000) for name in ("one", "other"))
    assert one["SECRET_KEY"] != other["SECRET_KEY"]
    assert one["DEMO"] == "1"
    assert json.dumps(one)

"""Ray changes where filings are assessed, never what comes out; an actor that is killed costs nothing."""

from __future__ import annotations

import os
import re
import signal
import threading
import zipfile

import psutil
import pytest
from screening_builders import outputs_of, text_filings

from alignment.errors import InputError
from alignment.sandbox.worker import Worker
from alignment.screening.engines import Limits
from alignment.screening.options import Options
from alignment.screening.run import screen
from alignment.settings import Settings

pytest.importorskip("ray", reason="the extra `ray` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own
SETTINGS = Settings(encoder="hashing")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Filings, and beside them what the local engine makes of them."""
    home = tmp_path_factory.mktemp("ray")
    text_filings(home / "in", 40)
    (home / "in" / "empty.pdf").write_bytes(b"")
    with zipfile.ZipFile(home / "in" / "packed.zip", "w") as archive:
        archive.writestr("年报/节水.txt", "公司建设中水回用系统，回用水量八十万吨。")
    screen(home / "in", SETTINGS, Options(home / "local", workers=2))
    return home


def actors():
    """Ray's processes that hold our actors."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.cmdline()[:1] and process.cmdline()[0].startswith("ray::Slot"):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_ray_gives_the_same_bytes_though_an_actor_is_killed(home):
    killed: list[psutil.Process] = []

    def kill_one(event):
        if event.done >= 5 and not killed:
            victim = min(actors(), key=lambda each: each.pid)
            killed.append(victim)
            threading.Thread(target=os.kill, args=(victim.pid, signal.SIGKILL)).start()

    options = Options(home / "ray", workers=2, engine="ray")
    portfolio, _ = screen(home / "in", SETTINGS, options, report=kill_one)
    assert killed and not killed[0].is_running()
    assert len(portfolio.screened) == 41
    assert outputs_of(home / "ray") == outputs_of(home / "local")


def test_a_poisoned_file_costs_only_itself_on_ray_too(tmp_path):
    source = text_filings(tmp_path / "in", 5)
    (source / "kill.txt").write_text("KILL 公司建设中水回用系统，回用水量八十万吨。", encoding="utf-8")
    options = Options(tmp_path / "out", workers=2, engine="ray", factory="faulty:build")
    portfolio, _ = screen(source, SETTINGS, options)
    assert len(portfolio.screened) == 5
    (failure,) = portfolio.failures
    assert (failure.stage, failure.filing.path) == ("worker", "kill.txt")
    assert failure.reason == "kill.txt cannot be assessed: its process crashed (signal SIGKILL)"


def test_an_address_where_nobody_listens_is_told_and_ray_is_not_left_waiting(monkeypatch):
    import ray

    from alignment.screening.ray_engine import RayEngine

    monkeypatch.setattr(ray, "init", lambda **_: pytest.fail("Ray would wait for minutes"))
    for address in ("127.0.0.1:1", "ray://127.0.0.1:1", "[::1]:1"):
        with pytest.raises(InputError, match=rf"Ray cannot be reached at {re.escape(address)} ") as caught:
            RayEngine(Worker("faulty:build"), 1, Limits(), address=address)
        assert "--address" in caught.value.hint

"""The live page, in a browser that knows no network: it plays, takes other choices meanwhile, and ends with Ctrl-C."""

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from browser import CHROMIUM, needs_browser
from in_process import said

pytest.importorskip("panel", reason="the extra app is not installed")

from sim.app.__main__ import main
from sim.app.charts import points
from sim.app.choices import WITHOUT, typed
from sim.app.market import Played
from sim.app.traces import FATES, candidates, life_of, week_of
from sim.kernel.records import DAILY
from sim.results.tables import results
from sim.scenario.composition import assignment
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

ROOT = Path(__file__).resolve().parent.parent
TINY = ["population.people=1500", "start=2018-01-01"]


@pytest.fixture(scope="module")
def server():
    """A page on a free port of this machine; the process and its address."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "sim.app", f"port={port}", *TINY]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    lines = iter(running.stdout.readline, "")
    address = next(line.split()[0] for line in lines if line.startswith("http"))
    assert address == f"http://127.0.0.1:{port}"
    yield running, address
    running.kill()
    running.communicate()


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright, of the extra test, is not installed")
    with playwright.sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        yield driver.chromium.launch(executable_path=CHROMIUM, args=options)


def opened(browser, address, **how):
    """The page in a browser of its own, and all that it asked for."""
    page, asked = browser.new_context(**how).new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("pageerror", lambda error: asked.append(f"error {error}"))
    page.goto(address)
    page.wait_for_selector(".day .now")
    until(page, lambda: day(page) == 0)
    return page, asked


def day(page):
    """How many days are over; of "3 June 2015 (day 338 of 1,492)", or "(jour 338 sur 1 492)"."""
    found = re.search(r"\(\w+ (\d+)", page.locator(".day .now").inner_text())
    return int(found[1]) if found else -1


def until(page, wanted, seconds=90.0):
    """Wait until something is so of the page."""
    began = time.monotonic()
    while not wanted():
        assert time.monotonic() - began < seconds, page.locator(".day .now").inner_text()
        page.wait_for_timeout(60)


def test_being_watched_moves_no_result():
    """A market on the page is to the bit that of its command, and its traces hold all the time that anybody spent."""
    chosen = typed(dict(map(assignment, ["population.people=1000", "start=2018-06-01", "end=2018-07-12"])))
    chosen = chosen._replace(
        policy="minimum_rate", since=date(2018, 6, 20), moved={"behaviour.staying": 0.7}, beside=WITHOUT
    )
    assert "policy" not in chosen.second().changes() and chosen.second().moved == chosen.moved
    words = shlex.split(chosen.command())[3:]
    assert typed(dict(map(assignment, words))).changes() == chosen.changes()
    plain = DayByDay(Scenario.compose(words))
    played = Played(chosen.scenario())
    while played.market.running:
        plain.step()
        played.market.step()
        told, spent = plain.recorder.daily[played.day - 1].sum(axis=0), played.record.past[-1].spent
        assert spent["active"].sum() + spent["watching"].sum() == told[DAILY.present_seconds]
    assert results(plain).digest() == results(played.market).digest()
    everybody = np.unique(played.record.past[-1].spent["worker"])
    assert sum(week_of(played.record.past, worker)[-1].sittings > 0 for worker in everybody) == len(everybody)
    lives = [life_of(played.record.past, batch) for fate in FATES for batch in candidates(played.record.past, fate)]
    assert lives and all(np.diff(points(life)[1]).max() <= 0 and np.diff(points(life)[0]).min() >= 0 for life in lives)


@needs_browser
def test_two_browsers_play_each_its_own_market(server, browser):
    """A slider is moved while days go by, a policy makes a second market, all of it from this machine; Ctrl-C ends."""
    running, address = server
    page, asked = opened(browser, address)
    other, asked_too = opened(browser, address, viewport={"width": 390, "height": 800})
    page.locator(".pace select").select_option(index=1)
    page.locator(".play button").click()
    until(page, lambda: day(page) > 3)
    slider = page.locator(".control input").nth(0)
    slider.fill("2000")
    slider.press("Enter")
    page.locator(".choose-policy select").select_option(label="minimum pay")
    until(page, lambda: page.locator(".difference table").count())
    page.locator(".command-pay button").click()
    until(page, lambda: page.locator(".line pre").count())
    mine, second = page.locator(".line pre").inner_text().split("# second\n")
    assert "demand.hours_per_day=2000" in mine and "demand.hours_per_day=2000" in second
    assert "policy=minimum_rate policy.start=2018-" in mine and "policy" not in second
    reached = day(page)
    until(page, lambda: day(page) > reached)
    with page.expect_download() as saved:
        page.locator(".png-active a, .png-active button").first.click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    page.locator(".play button").click()
    assert day(other) == 0 and other.evaluate("document.documentElement.scrollWidth") <= 390
    other.locator(".to-survey button").click()
    until(other, lambda: other.get_by_text("DiPLab").count())
    other.locator(".language button").nth(1).click()
    until(other, lambda: other.get_by_text("Personnes inscrites", exact=True).count())
    outside = [url for url in asked + asked_too if not url.startswith(("data:", "blob:")) and "//127.0.0.1:" not in url]
    assert asked and not outside
    running.send_signal(signal.SIGINT)
    assert running.wait(5) == 0
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 1).close()


def test_what_cannot_be_shown_is_said(elsewhere):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        code, _, complaints = said(main, elsewhere, f"port={port}")
        assert code == 2 and f"port = {port}: is taken; say another" in complaints
    code, _, complaints = said(main, elsewhere, "port=0", "platfrm=deep", "seeds=3")
    assert code == 2 and all(word in complaints for word in ("port = 0", "did you mean platform", "seeds = 3"))
    assert said(main, elsewhere, "--help")[0] == 0

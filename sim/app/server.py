"""The server of the live page: on this machine only, every browser with markets of its own, until Ctrl-C."""

import logging
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import panel as pn
from bokeh.settings import settings

from sim.app.choices import Choices
from sim.app.page import Page
from sim.results.command.progress import silent
from sim.simulation.day import compile_all

HOST = "127.0.0.1"
_UNUSED = 5_000  # milliseconds after which the markets of a browser that has gone are let go


def serve(choices: Choices, language: str, port: int) -> None:
    """Show the page until Ctrl-C."""
    logging.basicConfig(level=logging.WARNING)
    if compile_all():
        print("The kernels are compiled, and kept for later.", flush=True)
    settings.resources = "server"  # nothing comes from elsewhere
    beside = ThreadPoolExecutor(2)

    def page() -> pn.viewable.Viewable:  # Panel asks for it anew for each browser; it must be a plain function
        return Page(choices, language, beside).view

    names = [f"{name}:{port}" for name in (HOST, "localhost")]
    server = pn.serve(
        {"/": page}, title="microwork", port=port, address=HOST, websocket_origin=names, show=False, start=False,
        verbose=False, unused_session_lifetime_milliseconds=_UNUSED, check_unused_sessions_milliseconds=_UNUSED,
    )  # fmt: skip
    server.start()
    print(f"http://{HOST}:{port}   (open it in a browser; Ctrl-C ends)", flush=True)
    try:
        with silent():
            server.io_loop.start()
    except KeyboardInterrupt:
        print("\nClosed.", file=sys.stderr)
    finally:
        server.stop()
        beside.shutdown(wait=False, cancel_futures=True)


def taken(port: int) -> bool:
    """Whether something listens on a port of this machine already."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except OSError:
            return True
    return False

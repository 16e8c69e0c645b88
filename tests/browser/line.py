"""A line between browser and server that can be cut: what a phone meets when the network drops."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Line:
    """Passes bytes on between a port of its own and the server's; while it is cut, every connection breaks."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("localhost", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Break what is open and whatever comes."""
        with self._lock:
            self._is_cut = True
            for end in list(self._open):
                _close(end)

    def mend(self) -> None:
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        self.cut()
        _close(self._listener)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(self._server) as far:
            with self._lock:
                if self._is_cut:
                    return
                self._open |= {near, far}
            back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
            back.start()
            _pass_on(near, far)
            back.join()
            with self._lock:
                self._open -= {near, far}


def _pass_on(source: socket.socket, goal: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65_536):
            goal.sendall(chunk)
    _close(goal)


def _close(end: socket.socket) -> None:
    """Wake up whoever reads from it; whoever opened it closes it."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)

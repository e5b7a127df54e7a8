# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker that speaks the real wire and does what its order says: for testing the supervisor.

Orders: {"do": "count", "to": 3}, "noise", "die", "hang", "deaf" (ignores cancel), "fail", "child".
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from musicgen_desktop.engines.base import CancelToken
from musicgen_desktop.engines.host import wire
from musicgen_desktop.errors import Cancelled
from musicgen_desktop.generation import worker as real


class ToyWorker(real.Worker):
    """The real worker's reading and writing around toy orders."""

    def work(self) -> None:
        while True:
            message = self.orders.get()
            try:
                self._obey(message)
            except Cancelled:
                self.say(wire.Event.CANCELLED, message.job)

    def _obey(self, message: wire.Message) -> None:
        token = CancelToken(lambda: message.job in self.cancelled)
        getattr(self, f"do_{message.body['do']}")(message.job, message.body, token)

    def do_count(self, job: str, body: dict[str, Any], token: CancelToken) -> None:
        for number in range(int(body["to"])):
            token.check()
            self.say(wire.Event.PROGRESS, job, stage="counting", fraction=number)
        self.say(wire.Event.DONE, job, total=body["to"], pid=os.getpid())

    def do_noise(self, job: str, _body: dict[str, Any], _token: CancelToken) -> None:
        print("a library prints this", flush=True)
        os.write(1, b'{"v":1,"kind":"done","job":"x","body":{}}\n')
        self.say(wire.Event.DONE, job)

    def do_die(self, _job: str, _body: dict[str, Any], _token: CancelToken) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def do_exit(self, _job: str, _body: dict[str, Any], _token: CancelToken) -> None:
        os._exit(3)

    def do_hang(self, _job: str, _body: dict[str, Any], token: CancelToken) -> None:
        while True:
            token.check()
            time.sleep(0.01)

    def do_deaf(self, job: str, _body: dict[str, Any], _token: CancelToken) -> None:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        self.say(wire.Event.PROGRESS, job, stage="deaf", fraction=child.pid)
        while True:
            time.sleep(1)

    def do_fail(self, job: str, _body: dict[str, Any], _token: CancelToken) -> None:
        arguments = {"thing": "piano"}
        self.say(
            wire.Event.FAILED, job, message="No {thing}.", hint="Get one.", arguments=arguments
        )


def main() -> None:
    """Like the real worker's."""
    worker = ToyWorker(real.claim_stdout())
    threading.Thread(target=worker.listen, args=(sys.stdin.buffer,), daemon=True).start()
    worker.work()


if __name__ == "__main__":
    main()

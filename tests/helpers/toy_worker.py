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
        job, body = message.job, message.body
        token = CancelToken(lambda: job in self.cancelled)
        match body["do"]:
            case "count":
                for number in range(int(body["to"])):
                    token.check()
                    self.say(wire.Event.PROGRESS, job, stage="counting", fraction=number)
                self.say(wire.Event.DONE, job, total=body["to"], pid=os.getpid())
            case "noise":
                print("a library prints this", flush=True)
                os.write(1, b'{"v":1,"kind":"done","job":"x","body":{}}\n')
                self.say(wire.Event.DONE, job)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(3)
            case "hang":
                while True:
                    token.check()
                    time.sleep(0.01)
            case "deaf":
                child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
                self.say(wire.Event.PROGRESS, job, stage="deaf", fraction=child.pid)
                while True:
                    time.sleep(1)
            case "fail":
                self.say(wire.Event.FAILED, job, message="No {thing}.", hint="Get one.",
                         arguments={"thing": "piano"})  # fmt: skip


def main() -> None:
    """Like the real worker's."""
    worker = ToyWorker(real.claim_stdout())
    threading.Thread(target=worker.listen, args=(sys.stdin.buffer,), daemon=True).start()
    worker.work()


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker process: reads orders from standard input, makes finished files, tells how it goes.

Engine → master → encode → tag → peaks (see finish). Ends when its standard input closes, so that
nothing outlives the program. Not for: the library (see produce) or waiting in line (see jobs).
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import IO, Any

from musicgen_desktop.engines import registry
from musicgen_desktop.engines.base import CancelToken, Engine
from musicgen_desktop.engines.host import wire
from musicgen_desktop.errors import Cancelled, MusicGenError
from musicgen_desktop.generation.order import WorkOrder
from musicgen_desktop.music.recipe import Recipe

_PROGRESS_EVERY_S = 0.05
_NICENESS = 5
"""The window and the music that plays go before the music that is being made."""


class Worker:
    """Carries out one order after the other.

    Args:
        output: Where messages go; nothing else may write there.

    Attributes:
        orders: Messages waiting to be carried out.
        cancelled: Ids of jobs that the user doesn't want any more.
    """

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._output_lock = threading.Lock()
        self.orders: queue.SimpleQueue[wire.Message] = queue.SimpleQueue()
        self.cancelled: set[str] = set()
        self._engines: dict[str, Engine] = {}

    def say(self, kind: wire.Event, job: str = "", **body: Any) -> None:
        """Sends one message."""
        with self._output_lock:
            self._output.write(wire.encode(wire.Message(kind, job, body)))
            self._output.flush()

    def listen(self, source: IO[bytes]) -> None:
        """Reads messages until the source ends, then ends this process; runs on its own thread."""
        with contextlib.suppress(OSError, ValueError):
            for line in source:
                message = wire.decode(line)
                if message.kind == wire.Op.CANCEL:
                    self.cancelled.add(message.job)
                elif message.kind == wire.Op.QUIT:
                    break
                else:
                    self.orders.put(message)
        _end_process_group()

    def work(self) -> None:
        """Carries out orders for ever."""
        from musicgen_desktop.generation import warm_up

        self.say(wire.Event.READY, version=wire.VERSION)
        warm_up.get_ready(self._engine(registry.DEFAULT_ENGINE), self.orders.empty)
        while True:
            message = self.orders.get()
            if message.kind == wire.Op.GENERATE:
                self._generate(message)
            elif message.kind == wire.Op.HELLO:
                self.say(wire.Event.READY, message.job, version=wire.VERSION)

    def _generate(self, message: wire.Message) -> None:
        from musicgen_desktop.generation.finish import carry_out

        job = message.job
        reporter = _Reporter(self, job, str(message.body.get("preview", "")))
        token = CancelToken(lambda: job in self.cancelled)
        try:
            order = WorkOrder.from_json(message.body)
            engine = self._engine(Recipe.loads(order.recipe).engine)
            result = carry_out(order, engine, reporter, token)
        except Cancelled:
            self.say(wire.Event.CANCELLED, job)
        except MusicGenError as error:
            self.say(
                wire.Event.FAILED,
                job,
                message=error.message_template,
                hint=error.hint_template,
                arguments={k: str(v) for k, v in error.arguments.items()},
            )
        except Exception as error:  # noqa: BLE001 - the boundary: a bug ends one order
            self._say_bug(job, error)
        else:
            self.say(wire.Event.DONE, job, **result)
        self.cancelled.discard(job)

    def _engine(self, engine_id: str) -> Engine:
        """The engine, kept warm from one order to the next."""
        if engine_id not in self._engines:
            self._engines[engine_id] = registry.create(engine_id)
        return self._engines[engine_id]

    def _say_bug(self, job: str, error: Exception) -> None:
        with contextlib.suppress(OSError):  # the log's disk may be the one that is full
            traceback.print_exc(file=sys.stderr)
            sys.stderr.flush()
        arguments = {"reason": f"{type(error).__name__}: {error}"}
        message, hint = "The track could not be made ({reason}).", "Try again with another prompt."
        if isinstance(error, MemoryError):
            message, hint = "There isn't enough memory.", "Close other programs and try again."
        elif isinstance(error, OSError):
            arguments = {"reason": error.strerror or str(error)}
            message = "A file could not be written ({reason})."
            hint = "Check that the disk isn't full, then retry."
        self.say(wire.Event.FAILED, job, message=message, hint=hint, arguments=arguments)


class _Reporter:
    """The sink of one order: passes progress on, at most twenty times a second, and the preview.

    Args:
        worker: Speaks. job: id of the order. preview: file that the preview is appended to.
    """

    def __init__(self, worker: Worker, job: str, preview: str) -> None:
        self._worker = worker
        self._job = job
        self._preview = preview
        self._last_s = 0.0
        self._stage = ""

    def progress(self, stage: str, fraction: float) -> None:
        now = time.monotonic()
        if stage == self._stage and now - self._last_s < _PROGRESS_EVERY_S:
            return
        self._stage, self._last_s = stage, now
        self._worker.say(
            wire.Event.PROGRESS, self._job, stage=stage, fraction=round(float(fraction), 4)
        )

    def audio(self, block: bytes) -> None:
        """Appends a block of the preview to its file, and says so once it is there."""
        if not self._preview:
            return
        with Path(self._preview).open("ab") as file:
            file.write(block)
            end = file.tell()
        self._worker.say(wire.Event.AUDIO, self._job, file=self._preview, bytes=end)


def _end_process_group() -> None:
    """Ends this process with everything it started, whatever it is doing."""
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def claim_stdout() -> IO[bytes]:
    """Keeps standard output for the wire and sends every print to standard error."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return output


def main(arguments: list[str] | None = None) -> int:
    """Entry of the worker process; `--warm-up` only fills the cache of compiled kernels."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if "--warm-up" in arguments:
        from musicgen_desktop.generation import warm_up

        warm_up.compile_kernels()
        return 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the program's to answer
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    worker = Worker(claim_stdout())
    listener = threading.Thread(
        target=worker.listen, args=(sys.stdin.buffer,), name="listener", daemon=True
    )
    listener.start()
    try:
        worker.work()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        # an orderly end of the interpreter would abort on the listener, which is still reading
        os._exit(1)
        raise
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

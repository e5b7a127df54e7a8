# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one worker process and watches it: start, talk, cancel for sure, notice its death.

Blocking and without Qt; the command line and the job queue's pool thread call it alike. It is
handed the command to start and knows nothing of what the worker does.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from musicgen_desktop import log
from musicgen_desktop.engines.host import wire
from musicgen_desktop.errors import Cancelled, EngineCrashed, MusicGenError

POLL_S = 0.05
CANCEL_GRACE_S = 0.7
"""How long a worker may take to say cancelled before its process tree is ended."""
QUIT_GRACE_S = 0.3

_LOGGER = log.topic("engine")


class WorkerHost:
    """One worker process, started when first needed and kept warm.

    Args:
        command: What to start.
        environment: Variables added to this process's.
        stderr_file: Where the worker's prints and tracebacks go.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], stderr_file: Path
    ) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._stderr_file = stderr_file
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._state_lock = threading.Lock()
        self._run_lock = threading.Lock()
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the living worker, or None."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def is_busy(self) -> bool:
        """Whether a job is being done; the next one waits."""
        return self._run_lock.locked()

    def start(self) -> None:
        """Starts the worker if it isn't running; returns at once."""
        with self._state_lock:
            if self._is_closed or self.pid is not None:
                return
            self._spawn()

    def run(
        self,
        job: str,
        body: Mapping[str, Any],
        on_message: Callable[[wire.Message], None],
        is_cancelled: Callable[[], bool],
    ) -> dict[str, Any]:
        """Has the worker do one job and waits for its end.

        Args:
            job: Id of the job.
            body: What the worker's generate takes.
            on_message: Called on this thread with every progress and audio message.
            is_cancelled: Polled every 50 ms.

        Returns:
            The body of done.

        Raises:
            Cancelled: On the user's wish; nothing of the job computes any more.
            MusicGenError: What the worker failed with.
            EngineCrashed: The worker died, or was never there.
        """
        with self._turn(is_cancelled):
            self.start()
            try:
                self._send(wire.Message(wire.Op.GENERATE, job, dict(body)))
                return self._wait(job, on_message, is_cancelled)
            except EngineCrashed:
                self._kill()
                raise

    def close(self) -> None:
        """Ends the worker and its children; the host can't be used afterwards."""
        with self._state_lock:
            self._is_closed = True
        if self.pid is not None:
            with contextlib.suppress(EngineCrashed):
                self._send(wire.Message(wire.Op.QUIT))
            process = self._process
            if process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(QUIT_GRACE_S)
        self._kill()

    @contextlib.contextmanager
    def _turn(self, is_cancelled: Callable[[], bool]) -> Iterator[None]:
        """One job at a time; who waits for the job of somebody else can still be cancelled."""
        while not self._run_lock.acquire(timeout=POLL_S):
            if is_cancelled():
                raise Cancelled
        try:
            if is_cancelled():
                raise Cancelled
            yield
        finally:
            self._run_lock.release()

    def _spawn(self) -> None:
        self._stderr_file.parent.mkdir(parents=True, exist_ok=True)
        lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        with self._stderr_file.open("ab") as stderr:
            try:
                process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    env={**os.environ, **self._environment},
                    **_own_group(),
                )
            except OSError as error:
                raise EngineCrashed(
                    "The sound engine can't be started: {reason}.",
                    "Reinstall the program.",
                    reason=str(error),
                ) from error
        assert process.stdout is not None
        self._process, self._lines = process, lines
        threading.Thread(
            target=_pump, args=(process.stdout, lines), name="worker-output", daemon=True
        ).start()
        _LOGGER.info("worker %d started", process.pid)

    def _send(self, message: wire.Message) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise _crashed(None)
        try:
            process.stdin.write(wire.encode(message))
            process.stdin.flush()
        except (OSError, ValueError) as error:
            raise _crashed(process.poll()) from error

    def _wait(
        self,
        job: str,
        on_message: Callable[[wire.Message], None],
        is_cancelled: Callable[[], bool],
    ) -> dict[str, Any]:
        deadline: float | None = None
        while True:
            if deadline is None and is_cancelled():
                deadline = time.monotonic() + CANCEL_GRACE_S
                self._send(wire.Message(wire.Op.CANCEL, job))
            if deadline is not None and time.monotonic() > deadline:
                _LOGGER.info("worker didn't stop in time and is ended")
                self._kill()
                raise Cancelled
            message = self._next_message()
            if message is None or message.job != job:
                continue
            if message.kind in wire.TERMINAL:
                return _result(message)
            if deadline is None:
                on_message(message)

    def _next_message(self) -> wire.Message | None:
        try:
            line = self._lines.get(timeout=POLL_S)
        except queue.Empty:
            return None
        if line is None:
            process = self._process
            code = process.wait() if process is not None else None
            raise _crashed(code)
        return wire.decode(line)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill_tree(process)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _pump(stdout: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    """Moves the worker's lines into the queue; None marks the end."""
    with contextlib.suppress(OSError, ValueError):
        for line in stdout:
            lines.put(line)
    lines.put(None)


def _result(message: wire.Message) -> dict[str, Any]:
    if message.kind == wire.Event.DONE:
        return message.body
    if message.kind == wire.Event.CANCELLED:
        raise Cancelled
    raise MusicGenError(
        str(message.body.get("message", "The track could not be made.")),
        str(message.body.get("hint", "")),
        **message.body.get("arguments", {}),
    )


def _crashed(code: int | None) -> EngineCrashed:
    reason = "it ended without a result"
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            reason = f"it was ended by {signal.Signals(-code).name}"
    elif code:
        reason = f"it ended with code {code}"
    return EngineCrashed(
        "The sound engine stopped: {reason}.",
        "Try again; if it happens again, free some memory or restart the program.",
        reason=reason,
    )


def _own_group() -> dict[str, Any]:
    """Popen options that put the worker and its children into a group of their own."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Ends a worker with everything it started, and reaps it."""
    if sys.platform == "win32":
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True
        )
    else:
        # The group outlives its leader while a child lives: end it even if the worker is gone.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(2)

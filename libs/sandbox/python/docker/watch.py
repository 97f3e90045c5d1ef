"""Watches the program of a container until nothing of it lives, and says how it ended."""

import os
import select
import time

from containment import signals, submission, verdicts

# Between two looks at the limits: a program may exceed them by what it can use in this time.
LOOK_SECONDS = 0.05
# From the request to end, at a time limit, to the end.
GRACE_SECONDS = 2.0
END_SECONDS = 30.0


class Watch:
    def __init__(self, limits, child, outputs, meter):
        self._limits, self._child, self._outputs, self._meter = limits, child, outputs, meter
        self._status = None
        self._reaped_seconds = 0.0
        self._cpu_seconds = 0.0

    def run(self, folder, copy):
        """The result. `folder`: the program's own, open; `copy`: descriptor that gets its submission."""
        breach = self._watch(None, None)
        if breach and breach[0] == verdicts.TIME:
            _send_all(signals.SIGTERM)
            self._watch(breach, time.monotonic() + GRACE_SECONDS)
        wall_seconds = time.monotonic() - self._child.begun
        self._end()
        self._outputs.drain(0)
        last = self._look(0.0)
        verdict, detail = breach or last or self._verdict()
        limit = self._limits["diskBytes"]
        missing = submission.take(folder, "submission.csv", copy, limit)
        self._outputs.close()
        code = None if self._status is None else os.waitstatus_to_exitcode(self._status)
        return {
            "verdict": verdict,
            "detail": detail,
            "exitCode": code if code is not None and code >= 0 else None,
            "signal": -code if code is not None and code < 0 else None,
            "cpuSeconds": self._cpu_seconds,
            "wallSeconds": wall_seconds,
            "peakMemoryBytes": self._meter.peak_memory(),
            "submission": missing is None,
        }

    def _watch(self, breach, deadline):
        """Returns when the program ended, None, or exceeded a limit: (verdict, detail). With a `breach`, which
        stands, until `deadline` (monotonic)."""
        sources = {output.fileno(): output for output in (self._outputs.stdout, self._outputs.stderr)}
        poll = select.poll()
        for descriptor in (*sources, self._child.handle):
            poll.register(descriptor, select.POLLIN)
        next_look = time.monotonic() + LOOK_SECONDS
        while self._status is None:
            for descriptor, _ in poll.poll(LOOK_SECONDS * 1000):
                if descriptor == self._child.handle:
                    self._reap()
                elif not self._outputs.take(sources[descriptor]):
                    poll.unregister(descriptor)
            now = time.monotonic()
            if deadline is not None and now > deadline:
                return breach
            if self._outputs.exceeded:
                return self._too_much_output()
            if self._status is None and now >= next_look:
                next_look = now + LOOK_SECONDS
                self._reap()
                found = self._look(now - self._child.begun)
                if found and not breach:
                    return found
        return None

    def _look(self, wall_seconds):
        usage = self._meter.look()
        usage.cpu_seconds = max(usage.cpu_seconds, self._reaped_seconds)
        self._cpu_seconds = usage.cpu_seconds
        return verdicts.breach(self._limits, usage, wall_seconds, self._meter.disk_bytes())

    def _reap(self):
        """Buries whoever has ended, orphans too: to a first process they all fall. True when none is left."""
        while True:
            try:
                process, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if process == 0:
                return False
            if process == self._child.process:
                self._status, self._reaped_seconds = status, usage.ru_utime + usage.ru_stime

    def _end(self):
        deadline = time.monotonic() + END_SECONDS
        while not self._reap():
            _send_all(signals.SIGKILL)
            time.sleep(0.001)
            if time.monotonic() > deadline:
                # The end of a first process is everybody's.
                raise TimeoutError(f"the program's processes did not end within {END_SECONDS:g} s")

    def _verdict(self):
        if self._outputs.exceeded:
            return self._too_much_output()
        return verdicts.of_status(self._status, self._outputs.stderr.tail)

    def _too_much_output(self):
        return verdicts.OUTPUT, f"wrote more than {self._limits['outputBytes']} bytes"


def _send_all(number):
    try:
        os.kill(-1, number)
    except ProcessLookupError:
        pass  # Nobody is left.

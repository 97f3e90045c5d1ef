"""Starts the program: a fork of this interpreter that confines itself and becomes the program."""

import gc
import math
import os
import time

from containment import confine, program, signals

SOLUTION = "/attempt/solution.py"


class NotSetUp(Exception):
    """The program could not be begun; nothing of it has run."""


class Child:
    """The program, begun at `begun` (monotonic). `process`: its number; `handle`: a descriptor that becomes
    readable at its end."""

    def __init__(self, limits, outputs):
        ready, trouble = os.pipe()
        # What is there now is never collected, so a program's last collection need not go through it.
        gc.freeze()
        self.process = os.fork()
        if self.process == 0:
            _become(outputs, trouble, limits)
        self.begun = time.monotonic()
        self.handle = os.pidfd_open(self.process)
        os.close(trouble)
        outputs.close_write_ends()
        with os.fdopen(ready, "rb") as stream:
            failure = stream.read().decode(errors="replace")
        if failure:
            raise NotSetUp(failure)


def _become(outputs, trouble, limits):
    """In the child. Never returns."""
    try:
        # Confining needs the own /proc, which is closed to an opaque process.
        confine.become_visible()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(outputs.stdout.write_end, 1)
        os.dup2(outputs.stderr.write_end, 2)
        os.closerange(3, trouble)
        os.closerange(trouble + 1, os.sysconf("SC_OPEN_MAX"))
        confine.confine(None, _resource_limits(limits))
        signals.signal(signals.SIGINT, signals.default_int_handler)
        os.environ.pop("HOSTNAME", None)
        script = program.open_script(SOLUTION)
        os.close(trouble)
        program.run_script(script, SOLUTION)
    except BaseException as error:  # Whatever it is, it is ours and not the program's.
        os.write(trouble, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(125)


def _resource_limits(limits):
    """Per process: backstops behind what is enforced for the whole. Message queues would be uncounted disk."""
    cpu = math.ceil(limits["cpuSeconds"]) + 2
    return {"CPU": cpu, "CORE": 0, "NOFILE": 4096, "MEMLOCK": 1 << 16, "MSGQUEUE": 0}

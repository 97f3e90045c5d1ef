"""One container from its first moment to its exit code."""

import os

from containment import confine, signals
from containment.outputs import Outputs
from docker import results
from docker.child import Child
from docker.meter import ContainerMeter

# How long a container waits for a worker: the one that started it may have died, the next one comes.
ADMISSION_SECONDS = 600.0
SCRATCH = ("/attempt", "/tmp", "/dev/shm")


def run(limits, files):
    """Runs the program, once nobody else can reach its open `files`, and stores how it ended; returns the exit
    code."""
    _become_unreachable()
    if not results.await_closed(ADMISSION_SECONDS):
        return results.NOT_ADMITTED
    try:
        files.store(_run_program(limits, files))
        return results.STORED
    except Exception as error:
        if isinstance(error, OSError) and results.is_full(error):
            return results.NO_SPACE
        files.say(f"failed {type(error).__name__}: {error}")
        return results.FAILED


def _become_unreachable():
    """The program is of the same user. The kernel keeps signals without a handler from a first process, and
    a handler for this one is the interpreter's only."""
    signals.signal(signals.SIGINT, signals.SIG_DFL)
    confine.become_opaque()


def _run_program(limits, files):
    # Shared memory is scratch, and so disk, unless it has a size of its own: then it counts as memory.
    counted = SCRATCH[:2] if limits["sharedMemoryBytes"] else SCRATCH
    scratch = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in counted]
    outputs = Outputs(files.stdout, files.stderr, limits["outputBytes"])
    meter = ContainerMeter(scratch, limits["groupBytes"])
    child = Child(limits, outputs)
    files.say("started")
    # Only now, beside the program and not before it.
    from docker.watch import Watch

    return Watch(limits, child, outputs, meter).run(scratch[0], files.submission)

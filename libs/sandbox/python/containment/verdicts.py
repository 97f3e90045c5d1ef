"""How an execution ended, in one word of a closed list, and why."""

import os

from containment import signals

OK, CRASHED, LOST = "ok", "crashed", "lost"
TIME, MEMORY, OUTPUT, DISK = "time limit", "memory limit", "output limit", "disk limit"

_NO_SPACE = rb"OSError: \[Errno 28\]"
_NO_MEMORY = rb"(MemoryError|numpy\.[\w.]*MemoryError)\b"


def breach(limits, usage, wall_seconds, disk_bytes):
    """The limit that is exceeded now, as (verdict, detail), or None."""
    # First, because to the kernel scratch files are memory, and too many at once make it kill.
    if disk_bytes >= limits["diskBytes"]:
        return DISK, f"filled {disk_bytes} of {limits['diskBytes']} bytes of disk"
    if usage.memory_kills:
        return MEMORY, f"the kernel killed it at the limit of {limits['memoryBytes']} bytes of memory"
    if usage.memory_bytes > limits["memoryBytes"]:
        return MEMORY, f"used {usage.memory_bytes} of {limits['memoryBytes']} bytes of memory"
    if usage.cpu_seconds > limits["cpuSeconds"]:
        return TIME, f"used {usage.cpu_seconds:.2f} of {limits['cpuSeconds']:g} seconds of CPU time"
    if wall_seconds > limits["wallSeconds"]:
        return TIME, f"ran for {wall_seconds:.1f} of {limits['wallSeconds']:g} seconds"
    if usage.processes > limits["processes"]:
        return CRASHED, f"ran {usage.processes} processes and threads, of {limits['processes']} allowed"
    return None


def of_status(status, stderr_tail):
    """(verdict, detail) of a program that no limit stopped. `status`: a wait status."""
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return OK, "ended by itself"
    if code == -signals.SIGXCPU:
        return TIME, "ran into the CPU limit of one process"
    if code == -signals.SIGKILL:
        return LOST, "killed, and no limit explains it"
    if code < 0:
        return CRASHED, f"ended by signal {-code}"
    # Only now: most programs do not crash.
    import re

    last_words = stderr_tail.rstrip().rpartition(b"\n")[2]
    if re.match(_NO_SPACE, last_words):
        return DISK, "found no space left on the disk"
    if re.match(_NO_MEMORY, last_words):
        return MEMORY, "asked for more memory than there is"
    return CRASHED, f"exit code {code}"

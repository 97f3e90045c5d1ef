"""Ends what an execution without a living supervisor may have left: `reap.py FOLDER [force]`.

With `force` it first ends a supervisor that does not answer, and with it its sandbox: known by the FIFO that
they hold open, never by a number. Then the control groups that the folder names are emptied and removed.
"""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from containment import cgroups  # noqa: E402

SECONDS = 30.0


def kill_holders(path):
    """Kills every process that keeps the FIFO at `path` alive."""
    wanted = os.stat(path)
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            handle = os.pidfd_open(int(entry))
        except OSError:
            continue
        try:
            # Looked at after the handle was taken: the number is this process's for as long.
            if int(entry) != os.getpid() and holds(entry, wanted):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        except OSError:
            pass  # It ended meanwhile, or is another user's.
        finally:
            os.close(handle)


def holds(entry, wanted):
    """Whether a process has the file open for writing; those that only read it are waiting for its end."""
    for name in os.listdir(f"/proc/{entry}/fd"):
        try:
            found = os.stat(f"/proc/{entry}/fd/{name}")
            with open(f"/proc/{entry}/fdinfo/{name}") as file:
                flags = next(line for line in file if line.startswith("flags:"))
        except OSError:
            continue
        same = (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino)
        if same and int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY:
            return True
    return False


def main():
    folder, force = sys.argv[1], sys.argv[2:] == ["force"]
    if force:
        kill_holders(os.path.join(folder, "lifeline"))
    try:
        with open(os.path.join(folder, "groups")) as file:
            groups = file.read().splitlines()
    except FileNotFoundError:
        return
    for group in groups:
        cgroups.remove(group, time.monotonic() + SECONDS)


main()

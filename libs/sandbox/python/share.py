"""`share.py CPUS`: makes control groups that give a program so much processor time per second, and removes them.
It fails, with the reason on standard error, where a program could not be given it."""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from containment import cgroups  # noqa: E402

SECONDS = 10.0


def main():
    groups = cgroups.find(f"ace-trial-{os.getpid()}", shares=True)
    if groups is None:
        sys.exit("no control group can give shares of a processor: that takes root and the cpu controller")
    try:
        groups.create(memory=64 << 20, processes=8, cpus=float(sys.argv[1]))
    except OSError as error:
        sys.exit(f"{error.filename or 'the kernel'}: {error.strerror}")
    finally:
        for folder in groups.folders:
            cgroups.remove(folder, time.monotonic() + SECONDS)


main()

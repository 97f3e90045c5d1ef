"""Runs inside a sandbox without a program: `trial.py [USER]` confines itself as a program is confined and
imports a package. It fails, with the reason on standard error, where a program would fail for our doing."""

import os
import sys

from containment.confine import confine


def main():
    user = int(sys.argv[1]) if sys.argv[1:] else None
    child = os.fork()
    if child == 0:
        confine(user, {})
        import numpy  # noqa: F401
    else:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()

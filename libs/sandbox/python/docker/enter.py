"""First process of a container: `enter.py LIMIT=NUMBER ...` runs `/attempt/solution.py` under these limits.

The limits are those of `Limits` and `groupBytes`, the container's own memory limit. What comes of it goes into
the folder of results; the exit code says why nothing did, see `results.py`.
"""

import os
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from docker import results  # noqa: E402


def number(text):
    value = float(text)
    return int(value) if value.is_integer() else value


def main():
    pairs = (argument.split("=") for argument in sys.argv[1:])
    limits = {name: number(value) for name, value in pairs}
    files = results.Results()
    # First of all, because a worker has to answer it: what is imported meanwhile costs no time.
    files.say("opened")
    from docker import session

    os._exit(session.run(limits, files))


main()

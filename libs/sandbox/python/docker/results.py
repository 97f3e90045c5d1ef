"""The folder through which results leave the container: a folder of the host, with the empty files in it.

Program and monitor are the same user, so a mode cannot tell them apart. Instead the monitor opens the files
and says so; then the worker closes the folder to everybody but itself, and only after that, which the monitor
sees by itself, the program begins. From then on the monitor's descriptors are the only way in.
"""

import errno
import os
import time

from containment.outputs import write_all

FOLDER = "/run/results"
STATE = os.path.join(FOLDER, "state")

# Exit codes: there is a result, or why there is none. FAILED: the state says what.
STORED, NOT_ADMITTED, FAILED, NO_SPACE = 0, 120, 121, 122

_PAUSES = (0.0005, 0.02)


class Results:
    """Descriptors of the files. OSError when they are not there, or not for this user."""

    def __init__(self):
        self.stdout, self.stderr, self.submission, self._result, self._state = (
            os.open(os.path.join(FOLDER, name), os.O_WRONLY)
            for name in ("stdout", "stderr", "submission.csv", "result.json", "state")
        )

    def say(self, words):
        """Tells the worker how far this is: one line."""
        os.write(self._state, words.encode() + b"\n")

    def store(self, result):
        """As JSON, synced; it is whole when its line has an end."""
        line = ", ".join(f"{_json(name)}: {_json(value)}" for name, value in result.items())
        write_all(self._result, f"{{{line}}}\n".encode())
        os.fsync(self._result)


def _json(value):
    """Of a number, of words of our own, or of what is not there: to import `json` takes longer than all else that
    is done at the end."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(letter if " " <= letter <= "~" else "?" for letter in plain) + '"'
    return repr(value)


def await_closed(seconds):
    """Whether nobody inside can reach the folder any more; False when it was still open after `seconds`."""
    pause, longest = _PAUSES
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.stat(STATE)
        except PermissionError:
            return True
        time.sleep(pause)
        pause = min(longest, 1.2 * pause)
    return False


def is_full(error):
    return error.errno in (errno.ENOSPC, errno.EDQUOT)

"""Owns one sandbox from its start to its result: `supervise.py STAGING FINAL`.

STAGING holds `spec.json` and the program. This process makes two FIFOs there and holds them open, then
renames the folder to FINAL: the folder appears under its name with a living supervisor or not at all, and of
two that start the same name one loses. On standard output it says one thing: `exists`, `started` when the
program has begun, or `failed` with the reason why it could not.

- `lifeline` is the lock: it has a writer as long as this process, or anything in its sandbox, lives. Who
  reads it gets the end of the stream when that is over. No process id is anybody's identity.
- `control` is read here: a byte in it asks for the end.
- `result.json` appears, synced and whole, when the sandbox is gone; never after a stop,
  and never when something of ours failed: without a result, and dead, an execution counts as lost.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from containment.execution import Execution, Stopped  # noqa: E402


def hold(folder, name):
    """A FIFO in `folder`, open at both ends, so that it neither blocks nor ends while this process lives."""
    path = os.path.join(folder, name)
    os.mkfifo(path, 0o600)
    return os.open(path, os.O_RDWR | os.O_NONBLOCK)


def publish(staging, final):
    """False when another one has the name already."""
    try:
        os.rename(staging, final)
        return True
    except OSError:
        if os.path.isdir(final):
            return False
        raise


def say(words):
    """Tells the starter, once; it may be dead by now, and the sandbox is not its own."""
    try:
        os.write(1, words.encode())
    except BrokenPipeError:
        pass
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


def store(folder, result):
    path = os.path.join(folder, "result.json")
    with open(path + ".new", "w") as file:
        json.dump(result, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)
    directory = os.open(folder, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def main():
    staging, final = sys.argv[1:]
    lifeline, control = hold(staging, "lifeline"), hold(staging, "control")
    if not publish(staging, final):
        say("exists")
        return
    with open(os.path.join(final, "spec.json")) as file:
        spec = json.load(file)
    try:
        store(final, Execution(final, spec, lifeline, control).run(lambda: say("started")))
    except Stopped:
        pass
    except Exception as error:
        say(f"failed {type(error).__name__}: {error}")
        raise  # Into the log beside the result that there will not be.


main()

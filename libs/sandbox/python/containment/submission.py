"""Takes the submission out of a folder that a hostile program filled."""

import errno
import os
import stat

from containment.outputs import write_all

_CHUNK = 1 << 20


def take(folder, name, target, limit):
    """Copies the file `name` of the open folder to the descriptor `target`, synced; returns None, or why
    there is none: it must be a regular file of one name, reached through no link, of at most `limit` bytes."""
    try:
        # NONBLOCK, so that opening a FIFO returns; NOFOLLOW, so that no link leads out of the folder.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
        source = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        return "there is none" if error.errno == errno.ENOENT else f"it cannot be opened: {error.strerror}"
    try:
        return _refusal(os.fstat(source), limit) or _copy(source, target)
    finally:
        os.close(source)


def _refusal(found, limit):
    if not stat.S_ISREG(found.st_mode):
        return "it is not a regular file"
    if found.st_nlink != 1:
        return "it has more than one name"
    if found.st_size > limit:
        return f"it is larger than {limit} bytes"
    return None


def _copy(source, target):
    while data := os.read(source, _CHUNK):
        write_all(target, data)
    os.fsync(target)
    return None

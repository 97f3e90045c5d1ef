"""The program's standard output and error: kept up to a limit, both together."""

import os
import select

_CHUNK = 65536
_TAIL = 4096


def create(path):
    """A descriptor of a new file at `path`, for writing."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def write_all(descriptor, data):
    """A nearly full disk takes a part first, and says so only to the write after it."""
    while data:
        data = data[os.write(descriptor, data) :]


class Output:
    """One stream: `write_end` is the program's, what it writes goes to the descriptor `file`, which this owns."""

    def __init__(self, file):
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        self._file = file
        self.tail = b""

    def fileno(self):
        return self._read_end

    def take(self):
        """What has arrived, b'' at the end of the stream, None when nothing is there."""
        try:
            return os.read(self._read_end, _CHUNK)
        except BlockingIOError:
            return None

    def keep(self, data):
        write_all(self._file, data)
        self.tail = (self.tail + data)[-_TAIL:]

    def close(self):
        if self.tail:
            os.fsync(self._file)
        for descriptor in (self._file, self._read_end):
            os.close(descriptor)


class Outputs:
    """Both streams, into two descriptors, under one limit of `limit` bytes; `exceeded` once the program
    wrote more."""

    def __init__(self, stdout, stderr, limit):
        self.stdout, self.stderr = Output(stdout), Output(stderr)
        self._left = limit
        self.exceeded = False

    def close_write_ends(self):
        for output in (self.stdout, self.stderr):
            os.close(output.write_end)

    def take(self, output):
        """Moves what has arrived into the file; False at the end of the stream."""
        data = output.take()
        if data:
            self.exceeded = self.exceeded or len(data) > self._left
            output.keep(data[: self._left])
            self._left = max(0, self._left - len(data))
        return data != b""

    def drain(self, seconds):
        """Takes what is left after the program's end; what comes later than `seconds` is not waited for."""
        open_ones = {output.fileno(): output for output in (self.stdout, self.stderr)}
        poll = select.poll()
        for descriptor in open_ones:
            poll.register(descriptor, select.POLLIN)
        while open_ones and (ready := poll.poll(seconds * 1000)):
            for descriptor, _ in ready:
                if not self.take(open_ones[descriptor]):
                    poll.unregister(descriptor)
                    del open_ones[descriptor]

    def close(self):
        self.stdout.close()
        self.stderr.close()

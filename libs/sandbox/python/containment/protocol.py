"""What the supervisor and a program's monitor say to each other, over a socket.

The supervisor sends one order: a line of JSON, with descriptors. The monitor answers with reports, one JSON
line each: `accepted` (nothing has run yet), `started`, then `ended` with the wait status; or `failed` with
what could not be set up. A socket that closes without `ended` means that the monitor died.
"""

import json
import os
import socket

DESCRIPTORS_AT_MOST = 32
ACCEPTED = b'{"event": "accepted"}\n'


def order(connection, header, descriptors):
    socket.send_fds(connection, [json.dumps(header).encode() + b"\n"], descriptors)


def receive(connection):
    """The next order's header and descriptors."""
    line, descriptors = b"", []
    while not line.endswith(b"\n"):
        part, passed, _, _ = socket.recv_fds(connection, 65536, DESCRIPTORS_AT_MOST)
        if not part:
            raise EOFError("the supervisor went away before its order was complete")
        line += part
        descriptors += passed
    return json.loads(line), descriptors


def tell(connection, event, **facts):
    connection.sendall((json.dumps({"event": event, **facts}) + "\n").encode())


class Order:
    """An order to run a program. `user`: whom to become, None for nobody else; `limits`: RLIMIT → value."""

    def __init__(self, header, descriptors):
        self.user = header["user"]
        self.limits = header["limits"]
        groups = header["controlGroups"]
        self.stdout, self.stderr = descriptors[:2]
        self.control_groups = descriptors[2 : 2 + groups]
        self.namespaces = descriptors[2 + groups :]
        self._all = descriptors

    def close(self):
        for descriptor in self._all:
            os.close(descriptor)


class Reports:
    """The supervisor's side of the answers; `closed` once nothing more can come."""

    def __init__(self, connection):
        self._connection = connection
        connection.setblocking(False)
        self._rest = b""
        self.closed = False

    def fileno(self):
        return self._connection.fileno()

    def take(self):
        """The reports that have arrived since the last call."""
        try:
            data = self._connection.recv(65536)
        except BlockingIOError:
            return []
        except ConnectionError:
            data = b""
        self.closed = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self):
        self._connection.close()

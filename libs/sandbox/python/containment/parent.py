"""Finds, starts and asks the preloaded parent. It listens on a socket in its own folder; whoever finds
nobody listening starts one, under a lock, so that there is one per folder. It belongs to no execution: a
session of its own, ended by its own idleness or by being told to."""

import fcntl
import os
import select
import socket

from containment import protocol

START_SECONDS = 60.0
SOCKET, LOCK, LOG = "socket", "lock", "log"


class ParentUnavailable(Exception):
    """There is no preloaded parent to be had; nothing of the program has run."""


def request(preload, header, descriptors):
    """`preload`: the parent's `folder`, and the `arguments` to start it with. Sends an order; returns the connection on which its monitor reports, once it was accepted. A parent
    that goes away before that has run nothing, so it is asked for once more."""
    folder, arguments = preload["folder"], preload["arguments"]
    for _ in range(2):
        connection = _connect(folder) or _start(folder, arguments)
        try:
            connection.settimeout(START_SECONDS)
            protocol.order(connection, header, descriptors)
            if connection.recv(len(protocol.ACCEPTED)) == protocol.ACCEPTED:
                return connection
        except OSError:
            pass
        connection.close()
    raise ParentUnavailable("the preloaded parent takes no orders")


def _connect(folder):
    """A connection, or None when nobody listens. Goes through a descriptor of the folder: the path of a
    socket may have 107 bytes only."""
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(f"/proc/self/fd/{directory}/{SOCKET}")
        return connection
    except (ConnectionRefusedError, FileNotFoundError):
        connection.close()
        return None
    finally:
        os.close(directory)


def _start(folder, arguments):
    with open(os.path.join(folder, LOCK), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection = _connect(folder)
        if connection:
            return connection
        _launch(folder, arguments)
        connection = _connect(folder)
    if connection is None:
        raise ParentUnavailable("the preloaded parent ended at once")
    return connection


def _launch(folder, arguments):
    """Starts the parent and returns when it is ready; only then does its socket appear under its name."""
    path, aside = os.path.join(folder, SOCKET), os.path.join(folder, SOCKET + ".new")
    if os.path.exists(aside):
        os.unlink(aside)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    listener.bind(f"/proc/self/fd/{directory}/{SOCKET}.new")
    os.close(directory)
    listener.listen(128)
    ready, ready_end = os.pipe()
    log = os.open(os.path.join(folder, LOG), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    _spawn(arguments, listener.fileno(), ready_end, log)
    for descriptor in (ready_end, log):
        os.close(descriptor)
    listener.close()
    poll = select.poll()
    poll.register(ready, select.POLLIN)
    if not poll.poll(START_SECONDS * 1000) or os.read(ready, 5) != b"ready":
        raise ParentUnavailable(f"the preloaded parent did not start, see {folder}/{LOG}")
    os.close(ready)
    os.rename(aside, path)


def _spawn(arguments, listener, ready, log):
    for descriptor in (listener, ready):
        os.set_inheritable(descriptor, True)
    nothing = os.open(os.devnull, os.O_RDONLY)
    numbers = {"{listener}": str(listener), "{ready}": str(ready)}
    command = [numbers.get(part, part) for part in arguments]
    os.posix_spawn(
        command[0],
        command,
        {},
        file_actions=[(os.POSIX_SPAWN_DUP2, source, number) for number, source in enumerate((nothing, log, log))],
        setsid=True,
    )
    os.close(nothing)

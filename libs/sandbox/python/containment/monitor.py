"""Stands between the supervisor and one program: starts it confined, waits for it, reports how it ended."""

import os

from containment.confine import (
    become_opaque,
    confine,
    drop_capabilities,
    empty_bounding_set,
    set_namespace,
)
from containment.protocol import tell


def run(connection, order, program):
    """Runs `program` confined as `order` says and reports its end on `connection`. `program` is called in
    the child with a descriptor that it closes (or that closes on exec) as the program proper begins."""
    for namespace in order.namespaces:
        set_namespace(namespace)
    ready, trouble = os.pipe()
    child = os.fork()
    if child == 0:
        _become(program, order, trouble)
    os.close(trouble)
    order.close()
    if not order.namespaces:
        _be_harmless()
    failure = _read_all(ready)
    if failure:
        tell(connection, "failed", detail=failure)
        return
    tell(connection, "started")
    _, status, usage = os.wait4(child, 0)
    tell(connection, "ended", status=status, cpuSeconds=usage.ru_utime + usage.ru_stime)
    # A cold sandbox lives as long as its monitor: the supervisor ends both when it has what it needs.
    connection.recv(1)


def _become(program, order, trouble):
    """In the child: joins the control groups, keeps standard streams only, confines itself, runs."""
    try:
        for group in order.control_groups:
            os.write(group, b"0")
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(order.stdout, 1)
        os.dup2(order.stderr, 2)
        os.closerange(3, trouble)
        os.closerange(trouble + 1, os.sysconf("SC_OPEN_MAX"))
        confine(order.user, order.limits)
        program(trouble)
    except BaseException as error:  # Whatever it is, it is ours and not the program's.
        os.write(trouble, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(125)


def _be_harmless():
    """A monitor that shares the program's namespaces keeps no power and shows nothing of itself."""
    empty_bounding_set()
    drop_capabilities()
    become_opaque()


def _read_all(descriptor):
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read().decode(errors="replace")

"""Runs inside a cold sandbox, around the program: `inside.py SOCKET` takes one order from it."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from containment import monitor, protocol  # noqa: E402

SOLUTION = "/attempt/solution.py"


def execute(_trouble):
    os.execv("/env/bin/python", ["python", SOLUTION])


def main():
    connection = socket.socket(fileno=int(sys.argv[1]))
    header, descriptors = protocol.receive(connection)
    monitor.run(connection, protocol.Order(header, descriptors), execute)


main()

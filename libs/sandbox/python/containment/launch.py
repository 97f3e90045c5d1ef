"""Makes a sandbox and has a program started in it: preloaded where that is possible, else cold."""

import math
import os
import socket

from containment import parent, protocol
from containment.namespaces import Namespaces, SetupFailed

SETUP_SECONDS = 60.0


class Launch:
    """One sandbox. `spec`: as the host wrote it; `outputs`: the program's streams; `groups`: its control
    groups or None; `lifeline`: a descriptor that stays open as long as anything of the sandbox lives."""

    def __init__(self, folder, spec, outputs, groups, lifeline):
        self._folder, self._spec, self._outputs = folder, spec, outputs
        self._groups, self._lifeline = groups, lifeline
        self._hold = None
        self.namespaces = None
        self.reports = None
        self.preloaded = False

    def start(self):
        """Returns when a monitor has the order; SetupFailed or OSError when there can be none."""
        if self._spec["preload"]:
            try:
                self.reports = protocol.Reports(self._start_preloaded())
                self.preloaded = True
                return
            except parent.ParentUnavailable as error:
                self.end(SETUP_SECONDS)
                self._note(f"started cold: {error}")
        self.reports = protocol.Reports(self._start_cold())

    def end(self, seconds):
        """Returns when nothing inside lives; TimeoutError after `seconds`."""
        if self.namespaces:
            self.namespaces.end(seconds)
            self.namespaces = None
        if self._hold:
            self._hold.close()
            self._hold = None

    def _start_preloaded(self):
        """The sandbox holds a process that only waits; a fork of the preloaded parent enters it."""
        self._hold, inner = socket.socketpair()
        with inner:
            self.namespaces = self._make("held", [], [inner.fileno(), inner.fileno()])
        self._await_echo()
        preload, namespaces = self._spec["preload"], self.namespaces.open_all()
        try:
            return self._send(lambda *order: parent.request(preload, *order), namespaces)
        finally:
            for descriptor in namespaces:
                os.close(descriptor)

    def _await_echo(self):
        """bwrap has set up everything once the process that it holds gives back what it is sent."""
        self._hold.settimeout(SETUP_SECONDS)
        try:
            self._hold.sendall(b"?")
            answer = self._hold.recv(1)
        except OSError:
            answer = b""
        if answer != b"?":
            raise SetupFailed(self.namespaces.words() or "the sandbox ended while it was set up")

    def _start_cold(self):
        """bwrap runs the monitor itself, which takes its order from a socket."""
        ours, inner = socket.socketpair()
        with inner:
            nothing = os.open(os.devnull, os.O_RDWR)
            self.namespaces = self._make("cold", [inner.fileno()], [nothing, nothing])
            os.close(nothing)
        self._send(lambda *order: protocol.order(ours, *order), [])
        return ours

    def _make(self, kind, passed, standard):
        log_path = os.path.join(self._folder, "setup.log")
        log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            way = self._spec[kind]
            command, streams = [*way["command"], *map(str, passed)], [*standard, log]
            arguments = [*self._spec["sandbox"], *way["capabilities"]]
            return Namespaces(arguments, command, passed, self._lifeline, streams, log_path)
        finally:
            os.close(log)

    def _send(self, send, namespaces):
        groups = self._groups.open_members() if self._groups else []
        header = {
            "user": self._spec["user"],
            "limits": self._resource_limits(),
            "controlGroups": len(groups),
        }
        streams = [self._outputs.stdout.write_end, self._outputs.stderr.write_end]
        try:
            return send(header, [*streams, *groups, *namespaces])
        finally:
            for descriptor in groups:
                os.close(descriptor)

    def _resource_limits(self):
        """Per process: backstops behind what is enforced for the whole tree."""
        limits = self._spec["limits"]
        chosen = {
            "CPU": math.ceil(limits["cpuSeconds"]) + 2,
            "CORE": 0,
            "NOFILE": 4096,
            "MEMLOCK": 1 << 16,
        }
        if self._groups is None:
            # Counted per user, and sandboxes share theirs where there is no user namespace.
            shared = 1 if self._spec["user"] is None else 32
            chosen["NPROC"] = (limits["processes"] + 8) * shared
            chosen["DATA"] = 4 * limits["memoryBytes"]
        return chosen

    def _note(self, text):
        with open(os.path.join(self._folder, "setup.log"), "a") as log:
            log.write(text + "\n")

"""One bwrap process and the namespaces that it made: a sandbox, from set-up to nothing left."""

import json
import os
import select
import signal

HELD_KINDS = ("ipc", "uts", "net", "cgroup", "pid", "mnt")


class SetupFailed(Exception):
    """The sandbox could not be made; the message is bwrap's own where it said one."""


class Namespaces:
    """Runs bwrap with its `arguments` around `command`. `passed`: descriptors that the command inherits;
    `kept`: one that bwrap's first process keeps open as long as the sandbox lives; `standard`: bwrap's
    standard streams, the last of which writes to `log_path`."""

    def __init__(self, arguments, command, passed, kept, standard, log_path):
        self._log_path = log_path
        info, info_end = os.pipe()
        options, options_end = os.pipe()
        # By a pipe, because everybody inside can read the first process's command line.
        os.write(options_end, "\0".join(arguments[1:]).encode())
        os.close(options_end)
        numbers = ["--info-fd", str(info_end), "--sync-fd", str(kept), "--args", str(options)]
        inherited = [*passed, kept, info_end, options]
        for descriptor in inherited:
            os.set_inheritable(descriptor, True)
        self._bwrap = os.posix_spawn(
            arguments[0],
            [arguments[0], *numbers, *command],
            {},
            file_actions=[(os.POSIX_SPAWN_DUP2, source, number) for number, source in enumerate(standard)],
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],
        )
        for descriptor in inherited:
            os.set_inheritable(descriptor, False)
        for descriptor in (info_end, options):
            os.close(descriptor)
        self._init = self._first_process(info)
        self._handle = os.pidfd_open(self._init)

    def _first_process(self, info):
        with os.fdopen(info, "rb") as stream:
            text = stream.read()
        try:
            return json.loads(text)["child-pid"]
        except ValueError:
            os.waitpid(self._bwrap, 0)
            raise SetupFailed(self.words() or "bwrap ended before it had made the sandbox") from None

    def words(self):
        with open(self._log_path, errors="replace") as log:
            return log.read(2000).strip()

    def open_folder(self, inside):
        """A descriptor of a folder inside, which stays good after the sandbox is gone."""
        return os.open(f"/proc/{self._init}/root{inside}", os.O_RDONLY | os.O_DIRECTORY)

    def open_all(self):
        """A descriptor of every namespace, in an order in which a process of this one can enter them."""
        return [os.open(f"/proc/{self._init}/ns/{kind}", os.O_RDONLY) for kind in HELD_KINDS]

    def end(self, seconds):
        """Kills everything inside; returns when nothing of it lives. TimeoutError after `seconds`."""
        try:
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        except ProcessLookupError:
            pass
        # The first process of a process namespace is gone only after every other one in it.
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        if not poll.poll(seconds * 1000):
            raise TimeoutError(f"the sandbox's processes did not end within {seconds} s")
        os.waitpid(self._bwrap, 0)
        os.close(self._handle)

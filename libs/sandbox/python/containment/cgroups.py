"""Control groups: what the kernel counts and limits for one sandbox as a whole.

Version 1 has a hierarchy per controller, version 2 one for all; a machine may mix them. Only root uses
them: without them the supervisor polls /proc instead (`meters.py`).
"""

import os
import time

from containment import signals

MOUNTS = "/proc/self/mountinfo"
OWN = "/proc/self/cgroup"
# A share of a processor is so much of each of these.
PERIOD_MICROSECONDS = 100_000


def write(folder, name, value):
    with open(os.path.join(folder, name), "w") as file:
        file.write(str(value))


def read(folder, name):
    with open(os.path.join(folder, name)) as file:
        return file.read()


def table(text):
    """`key value` lines as a dict of numbers."""
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2}


class _Groups:
    """What both versions share. `folders`: this sandbox's, one in each hierarchy."""

    def open_members(self):
        """Descriptors to which a process writes `0` to become a member."""
        return [os.open(os.path.join(folder, "cgroup.procs"), os.O_WRONLY) for folder in self.folders]


class _Version1(_Groups):
    """One sandbox's groups in the hierarchies of version 1."""

    def __init__(self, parents, name):
        self._of = {kind: os.path.join(parent, name) for kind, parent in parents.items()}
        # Two controllers may have one hierarchy, as cpu and cpuacct mostly do.
        self.folders = list(dict.fromkeys(self._of.values()))

    def create(self, memory, processes, cpus=None):
        """`cpus`: processor time per second; as much as there is unless given."""
        for folder in self.folders:
            os.mkdir(folder)
        write(self._of["memory"], "memory.limit_in_bytes", memory)
        for name, value in (("memory.memsw.limit_in_bytes", memory), ("memory.swappiness", 0)):
            _write_if_there(self._of["memory"], name, value)
        write(self._of["pids"], "pids.max", processes)
        if cpus is not None:
            write(self._of["cpu"], "cpu.cfs_period_us", PERIOD_MICROSECONDS)
            write(self._of["cpu"], "cpu.cfs_quota_us", round(cpus * PERIOD_MICROSECONDS))

    def cpu_seconds(self):
        return int(read(self._of["cpuacct"], "cpuacct.usage")) / 1e9

    def memory(self):
        """Bytes of (anonymous memory, shared memory and temporary files)."""
        stat = table(read(self._of["memory"], "memory.stat"))
        return stat["total_rss"], stat.get("total_shmem", 0)

    def peak_memory(self):
        return int(read(self._of["memory"], "memory.max_usage_in_bytes"))

    def memory_kills(self):
        return table(read(self._of["memory"], "memory.oom_control")).get("oom_kill", 0)


class _Version2(_Groups):
    """One sandbox's group in the hierarchy of version 2."""

    def __init__(self, parent, name):
        self.folder = os.path.join(parent, name)
        self.folders = [self.folder]

    def create(self, memory, processes, cpus=None):
        """`cpus`: processor time per second; as much as there is unless given."""
        os.mkdir(self.folder)
        write(self.folder, "memory.max", memory)
        for name, value in (("memory.swap.max", 0), ("memory.oom.group", 1)):
            _write_if_there(self.folder, name, value)
        write(self.folder, "pids.max", processes)
        if cpus is not None:
            write(self.folder, "cpu.max", f"{round(cpus * PERIOD_MICROSECONDS)} {PERIOD_MICROSECONDS}")

    def cpu_seconds(self):
        return table(read(self.folder, "cpu.stat"))["usage_usec"] / 1e6

    def memory(self):
        stat = table(read(self.folder, "memory.stat"))
        return stat["anon"], stat["shmem"]

    def peak_memory(self):
        try:
            return int(read(self.folder, "memory.peak"))
        except OSError:
            return 0  # Kernels before 5.19; the polled peak stands.

    def memory_kills(self):
        return table(read(self.folder, "memory.events")).get("oom_kill", 0)


def _write_if_there(folder, name, value):
    if os.path.exists(os.path.join(folder, name)):
        write(folder, name, value)


def find(name, shares=False):
    """The groups, not created yet, for a sandbox of that name; None where this process may make none.
    `shares`: they are to give shares of a processor too."""
    if os.geteuid() != 0:
        return None
    mounts, own = _hierarchies(), _own_groups()
    version1 = ("memory", "cpuacct", "pids", *(["cpu"] if shares else []))
    if all(kind in mounts for kind in version1):
        parents = {kind: _under(mounts[kind], own.get(kind, "/")) for kind in version1}
        return _Version1(parents, name) if all(map(_writable, parents.values())) else None
    if "unified" in mounts:
        wanted = ("memory", "pids", *(["cpu"] if shares else []))
        parent = _delegated(mounts["unified"], _under(mounts["unified"], own.get("unified", "/")), wanted)
        return _Version2(parent, name) if parent else None
    return None


def own():
    """The groups that this process is in, to be read; OSError or KeyError where they are not to be seen."""
    mounts, groups = _hierarchies(), _own_groups()
    if "memory" in mounts:
        kinds = ("memory", "cpuacct")
        return _Version1({kind: _under(mounts[kind], groups.get(kind, "/")) for kind in kinds}, "")
    return _Version2(_under(mounts["unified"], groups.get("unified", "/")), "")


def _hierarchies():
    """Controller, or `unified`, → where it is mounted."""
    found = {}
    with open(MOUNTS) as file:
        for line in file:
            before, after = line.split(" - ", 1)
            kind, _, options = after.split()[:3]
            if kind == "cgroup2":
                found["unified"] = before.split()[4]
            elif kind == "cgroup":
                found.update(dict.fromkeys(options.split(","), before.split()[4]))
    return found


def _own_groups():
    groups = {}
    with open(OWN) as file:
        for line in file:
            _, kinds, path = line.rstrip("\n").split(":", 2)
            groups.update(dict.fromkeys(kinds.split(",") if kinds else ["unified"], path))
    return groups


def _under(mount, path):
    """The folder of a group; the mount itself where a namespace hides the way to the group."""
    folder = os.path.join(mount, path.lstrip("/")).rstrip("/")
    return folder if os.path.isdir(folder) else mount


def _writable(folder):
    return os.access(os.path.join(folder, "cgroup.procs"), os.W_OK)


def _delegated(mount, folder, wanted):
    """The nearest group, upwards from `folder`, whose children have the controllers that are wanted."""
    while True:
        if _writable(folder) and _has_controllers(folder, set(wanted)):
            return folder
        if folder == mount or len(folder) <= len(mount):
            return None
        folder = os.path.dirname(folder)


def _has_controllers(folder, wanted):
    if not wanted <= set(read(folder, "cgroup.controllers").split()):
        return False
    if wanted <= set(read(folder, "cgroup.subtree_control").split()):
        return True
    try:
        write(folder, "cgroup.subtree_control", " ".join(f"+{one}" for one in sorted(wanted)))
    except OSError:
        return False  # The group holds processes of its own; one further up may do.
    return True


def remove(folder, deadline):
    """Kills what still lives in a group and removes it; TimeoutError past `deadline` (monotonic)."""
    while os.path.isdir(folder):
        kill_members(folder)
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"control group {folder} does not empty: {error}") from error
            time.sleep(0.002)


def kill_members(folder):
    """Kills by descriptor, looking again at who is a member, so that a number used anew is never hit."""
    for member in _members(folder):
        try:
            handle = os.pidfd_open(member)
        except OSError:
            continue
        try:
            if member in _members(folder):
                signals.pidfd_send_signal(handle, signals.SIGKILL)
        except OSError:
            pass  # It ended meanwhile.
        finally:
            os.close(handle)


def _members(folder):
    try:
        return [int(line) for line in read(folder, "cgroup.procs").split()]
    except OSError:
        return []

"""One execution, from its folder with a specification to its result, every limit enforced on the way."""

import os
import select
import time

from containment import cgroups, submission, verdicts
from containment.launch import SETUP_SECONDS, Launch
from containment.meters import GroupMeter, PolledMeter
from containment.namespaces import SetupFailed
from containment.outputs import Outputs, create

# Between two looks at the limits: a program may exceed them by what it can use in this time.
LOOK_SECONDS = 0.05
END_SECONDS = 30.0
DRAIN_SECONDS = 5.0
SCRATCH = ("/attempt", "/tmp", "/dev/shm")
# As the kernel itself reckons in temporary file systems (BOGO_INODE_SIZE in mm/shmem.c).
INODE_BYTES = 1024


class Stopped(Exception):
    """Somebody asked for the end: there will be no result."""


class MonitorLost(Exception):
    """What stood between us and the program is gone, and how the program ended is not known."""


class Execution:
    """`folder`: the execution's own; `lifeline`, `control`: its descriptors, see `supervise.py`."""

    def __init__(self, folder, spec, lifeline, control):
        self._folder, self._limits, self._control = folder, spec["limits"], control
        self._as_root = spec["user"] is not None
        streams = [create(self._path(name)) for name in ("stdout", "stderr")]
        self._outputs = Outputs(*streams, self._limits["outputBytes"])
        self._groups = self._create_groups(spec["group"], spec.get("cpus"))
        self._launch = Launch(folder, spec, self._outputs, self._groups, lifeline)
        self._scratch = []
        self._meter = None
        self._started = None
        self._status = None
        self._reaped_seconds = 0.0

    def run(self, begun):
        """The result as it is stored; calls `begun` when the program has begun. Raises Stopped, or what
        failed on our side: then there is no result."""
        try:
            self._begun = begun
            self._launch.start()
            self._outputs.close_write_ends()
            breach = self._watch()
            return self._conclude(breach)
        finally:
            self._clear()

    def _path(self, name):
        return os.path.join(self._folder, name)

    def _create_groups(self, name, cpus):
        groups = cgroups.find(name, shares=cpus is not None) if name else None
        if cpus is not None and not groups:
            raise SetupFailed("a share of a processor is asked for, and no control group can give one")
        if groups:
            # Noted before they exist, so that whoever finds this folder can remove them.
            with open(self._path("groups"), "w") as file:
                file.write("\n".join(groups.folders))
            # Files in the scratch folders are memory to the kernel, but disk to the limits.
            memory = self._limits["memoryBytes"] + self._limits["diskBytes"]
            groups.create(memory, self._limits["processes"], cpus)
        return groups

    # Watching ----------------------------------------------------------------------------------------

    def _watch(self):
        """Returns when the program ended, None, or exceeded a limit: (verdict, detail)."""
        sources = {source.fileno(): source for source in (self._outputs.stdout, self._outputs.stderr)}
        poll = select.poll()
        for descriptor in (*sources, self._launch.reports.fileno(), self._control):
            poll.register(descriptor, select.POLLIN)
        deadline, next_look = time.monotonic() + SETUP_SECONDS, 0.0
        while not self._launch.reports.closed:
            for descriptor, _ in poll.poll(LOOK_SECONDS * 1000):
                if descriptor == self._control:
                    raise Stopped
                if descriptor not in sources:
                    self._hear()
                elif not self._outputs.take(sources[descriptor]):
                    poll.unregister(descriptor)
            if self._status is not None:
                return None
            if self._started is not None and self._outputs.exceeded:
                return self._too_much_output()
            now = time.monotonic()
            if self._started is None and now > deadline:
                raise SetupFailed(f"the program was not started within {SETUP_SECONDS:g} s")
            if self._started is not None and now >= next_look:
                next_look = now + LOOK_SECONDS
                breach = self._look(now - self._started)
                if breach:
                    return breach
        return None

    def _hear(self):
        for report in self._launch.reports.take():
            if report["event"] == "failed":
                raise SetupFailed(report["detail"])
            if report["event"] == "started":
                self._begin()
            if report["event"] == "ended":
                self._status = report["status"]
                self._reaped_seconds = report["cpuSeconds"]

    def _begin(self):
        self._started = time.monotonic()
        namespaces = self._launch.namespaces
        # Open folders keep their file systems after the sandbox is gone: for its files, and its use.
        self._scratch = [namespaces.open_folder(folder) for folder in SCRATCH]
        if self._groups:
            self._meter = GroupMeter(self._groups, self._scratch_bytes)
        else:
            proc = namespaces.open_folder("/proc")
            self._meter = PolledMeter(f"/proc/self/fd/{proc}", self._limits["memoryBytes"])
        self._begun()

    def _scratch_bytes(self):
        found = map(os.fstatvfs, self._scratch)
        return sum((one.f_blocks - one.f_bfree) * one.f_frsize for one in found)

    def _disk_bytes(self):
        """With what the kernel keeps of every file, also of an empty one."""
        found = map(os.fstatvfs, self._scratch)
        return self._scratch_bytes() + sum(one.f_files - one.f_ffree for one in found) * INODE_BYTES

    def _look(self, wall_seconds):
        usage = self._meter.look()
        usage.cpu_seconds = max(usage.cpu_seconds, self._reaped_seconds)
        self._cpu_seconds = usage.cpu_seconds
        return verdicts.breach(self._limits, usage, wall_seconds, self._disk_bytes())

    # The end -----------------------------------------------------------------------------------------

    def _conclude(self, breach):
        if self._started is None:
            raise SetupFailed(self._launch.namespaces.words() or "the monitor ended before the program began")
        wall_seconds = time.monotonic() - self._started
        self._launch.end(END_SECONDS)
        self._outputs.drain(DRAIN_SECONDS)
        last = self._look(0.0)
        verdict, detail = breach or last or self._verdict()
        missing = self._take_submission()
        code = None if self._status is None else os.waitstatus_to_exitcode(self._status)
        return {
            "verdict": verdict,
            "detail": detail,
            "exitCode": code if code is not None and code >= 0 else None,
            "signal": -code if code is not None and code < 0 else None,
            "cpuSeconds": self._cpu_seconds,
            "wallSeconds": wall_seconds,
            "peakMemoryBytes": self._meter.peak_memory(),
            "submission": missing is None,
            "preloaded": self._launch.preloaded,
        }

    def _verdict(self):
        if self._outputs.exceeded:
            return self._too_much_output()
        if self._status is None and self._as_root:
            raise MonitorLost("the program's monitor ended without a report")
        if self._status is None:
            # The monitor is of the program's own user, so the program may have killed it.
            return verdicts.LOST, "the program's monitor ended without a report"
        return verdicts.of_status(self._status, self._outputs.stderr.tail)

    def _take_submission(self):
        copy = create(self._path("submission.csv"))
        try:
            return submission.take(self._scratch[0], "submission.csv", copy, self._limits["diskBytes"])
        finally:
            os.close(copy)

    def _too_much_output(self):
        return verdicts.OUTPUT, f"wrote more than {self._limits['outputBytes']} bytes"

    def _clear(self):
        """Leaves the folder only; nothing lives after it."""
        self._launch.end(END_SECONDS)
        self._outputs.close()
        for descriptor in self._scratch:
            os.close(descriptor)
        for folder in self._groups.folders if self._groups else ():
            cgroups.remove(folder, time.monotonic() + END_SECONDS)

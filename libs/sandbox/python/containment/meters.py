"""What a sandbox uses: CPU time, memory, processes. By control groups, or by polling its own /proc."""

import os

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
# bwrap's first process, and the one that holds or watches the sandbox, are not the program's.
_OWN_PROCESSES = 2


class Usage:
    """One look at a sandbox. Seconds and bytes since its start; `memory_kills`: by the kernel, for memory;
    `processes`: with their threads, 0 where the kernel limits them."""

    __slots__ = ("cpu_seconds", "memory_bytes", "memory_kills", "processes")

    def __init__(self, cpu_seconds=0.0, memory_bytes=0, memory_kills=0, processes=0):
        self.cpu_seconds = cpu_seconds
        self.memory_bytes = memory_bytes
        self.memory_kills = memory_kills
        self.processes = processes


class GroupMeter:
    """Exact: the kernel counts, also what ended between two looks. `scratch()` gives the bytes in the
    sandbox's temporary file systems, which are limited as disk and so do not count as memory."""

    polled = False

    def __init__(self, groups, scratch):
        self._groups, self._scratch = groups, scratch

    def look(self):
        anonymous, shared = self._groups.memory()
        memory = anonymous + max(0, shared - self._scratch())
        return Usage(self._groups.cpu_seconds(), memory, self._groups.memory_kills())

    def peak_memory(self):
        """Includes temporary files, and pages of files that the program was the first to read."""
        return self._groups.peak_memory()


class PolledMeter:
    """Without control groups: what the sandbox's own /proc (`proc`) shows, only as fine as it is asked.
    `enough`: bytes of resident memory below which nobody needs the exact, dearer, figure."""

    polled = True

    def __init__(self, proc, enough):
        self._proc, self._enough = proc, enough
        self._ticks_of = {}
        self._ticks = 0
        self._peak_memory = 0

    def look(self):
        living, threads, resident, entries = 0, 0, 0, self._entries()
        for entry in entries:
            ticks, of_entry = self._ticks_and_threads(entry)
            living += ticks
            threads += of_entry
            resident += self._resident(entry)
        # Two lower bounds: what a reaped child used counts with its parent, what nobody reaped does not.
        self._ticks = max(self._ticks, living, sum(self._ticks_of.values()))
        # Resident memory counts shared pages once per process; it is good enough as long as it is small.
        memory = resident if resident < self._enough else sum(map(self._proportional, entries))
        self._peak_memory = max(self._peak_memory, memory)
        return Usage(self._ticks / _TICKS, memory, 0, max(0, threads - _OWN_PROCESSES))

    def peak_memory(self):
        return self._peak_memory

    def _entries(self):
        try:
            return [entry for entry in os.listdir(self._proc) if entry.isdigit()]
        except OSError:
            return []  # The sandbox is gone.

    def _ticks_and_threads(self, entry):
        """Ticks that a process and the children that it waited for used, and how many threads it has."""
        fields = self._read(entry, "stat").rpartition(")")[2].split()
        if not fields:
            return 0, 0
        user, system, reaped_user, reaped_system = map(int, fields[11:15])
        self._ticks_of[entry, fields[19]] = user + system
        return user + system + reaped_user + reaped_system, int(fields[17])

    def _resident(self, entry):
        fields = self._read(entry, "statm").split()
        return int(fields[1]) * _PAGE if fields else 0

    def _proportional(self, entry):
        for line in self._read(entry, "smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        return 0

    def _read(self, entry, name):
        try:
            # A process may give itself any name, also one that is no text.
            with open(f"{self._proc}/{entry}/{name}", errors="replace") as file:
                return file.read()
        except OSError:
            return ""  # It ended meanwhile.

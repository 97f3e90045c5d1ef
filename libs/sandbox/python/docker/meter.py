"""What the program of a container uses: what its control groups count, without its monitor's part."""

import os

from containment import cgroups
from containment.meters import GroupMeter

# The kernel kills at the limit of a group, or a machine's whole memory is used up, which is nobody's verdict.
_AT_THE_LIMIT = 0.98
# As the kernel itself reckons in temporary file systems (BOGO_INODE_SIZE in mm/shmem.c).
_INODE_BYTES = 1024


class ContainerMeter:
    """Made before the program begins: what the groups hold by then is the container's own. `scratch`: open
    folders whose files count as disk; `group_bytes`: the limit of the memory group."""

    def __init__(self, scratch, group_bytes):
        self._scratch, self._group_bytes = scratch, group_bytes
        self._groups = cgroups.own()
        self._meter = GroupMeter(self._groups, self.scratch_bytes)
        self._before = self._meter.look()
        self._own_before = _own_seconds()

    def look(self):
        usage = self._meter.look()
        own = self._before.cpu_seconds + _own_seconds() - self._own_before
        usage.cpu_seconds = max(0.0, usage.cpu_seconds - own)
        usage.memory_bytes = max(0, usage.memory_bytes - self._before.memory_bytes)
        if usage.memory_kills and not self._reached_limit():
            usage.memory_kills = 0
        return usage

    def peak_memory(self):
        return max(0, self._meter.peak_memory() - self._before.memory_bytes)

    def scratch_bytes(self):
        found = map(os.fstatvfs, self._scratch)
        return sum((one.f_blocks - one.f_bfree) * one.f_frsize for one in found)

    def disk_bytes(self):
        """With what the kernel keeps of every file, also of an empty one."""
        found = map(os.fstatvfs, self._scratch)
        return self.scratch_bytes() + sum(one.f_files - one.f_ffree for one in found) * _INODE_BYTES

    def _reached_limit(self):
        # Kernels before 5.19 know no peak under version 2: there every kill counts as the group's.
        peak = self._groups.peak_memory()
        return not peak or peak >= _AT_THE_LIMIT * self._group_bytes


def _own_seconds():
    times = os.times()
    return times.user + times.system

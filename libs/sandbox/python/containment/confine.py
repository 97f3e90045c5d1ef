"""Turns the calling process into one that can harm nothing but itself. Both ways to start a program, cold
and preloaded, go through here, so that their isolation is the same."""

import ctypes
import os
import resource

from containment import seccomp, signals

_libc = ctypes.CDLL(None, use_errno=True)
_DUMPABLE, _BOUNDING_READ, _BOUNDING_DROP, _NO_NEW_PRIVILEGES, _AMBIENT = 4, 23, 24, 38, 47
_AMBIENT_CLEAR_ALL = 4
_CAPABILITIES_VERSION_3 = 0x20080522


def checked(result, what):
    """`result` of a libc call; OSError naming `what` when it is negative."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _prctl(option, first=0, second=0):
    return _libc.prctl(option, *(ctypes.c_ulong(word) for word in (first, second, 0, 0)))


def prctl(option, first=0, second=0):
    return checked(_prctl(option, first, second), f"prctl {option}")


def set_namespace(descriptor):
    checked(_libc.setns(descriptor, 0), "setns")


def become_opaque():
    """Hides this process's memory and descriptors from processes of the same user."""
    prctl(_DUMPABLE, 0)


def become_visible():
    """Undoes it: a program reads its own /proc."""
    prctl(_DUMPABLE, 1)


def empty_bounding_set():
    """No capability can be gained any more, by whatever program; must come before leaving root."""
    capability = 0
    while (held := _prctl(_BOUNDING_READ, capability)) >= 0:
        if held:
            prctl(_BOUNDING_DROP, capability)
        capability += 1


def drop_capabilities():
    prctl(_AMBIENT, _AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION_3, 0)
    checked(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")


def become_user(user):
    """Leaves root for `user` (also the group), for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def limit_resources(limits):
    """`limits`: name of an RLIMIT → value. A lower limit that is in force already stays."""
    for name, wanted in limits.items():
        which = getattr(resource, "RLIMIT_" + name)
        _, hard = resource.getrlimit(which)
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (value, value))


def confine(user, limits):
    """For good: `user` (None: already an ordinary one), resource limits, no capability, no new privilege,
    no system call that is filtered. OSError when any of it cannot be had: then nothing may run."""
    os.setsid()
    os.umask(0o022)
    os.chdir("/attempt")
    for number in (signals.SIGCHLD, signals.SIGTERM, signals.SIGHUP):
        signals.signal(number, signals.SIG_DFL)
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
    limit_resources(limits)
    empty_bounding_set()
    if user is not None:
        become_user(user)
    drop_capabilities()
    prctl(_NO_NEW_PRIVILEGES, 1)
    # Changing the user made the process undumpable.
    become_visible()
    seccomp.install(prctl)

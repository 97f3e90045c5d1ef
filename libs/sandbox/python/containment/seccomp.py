"""The system-call filter that every contained program runs under.

Namespaces decide what a program can see; this filter takes away the calls with which it could make new
namespaces, reach what namespaces do not cover (key rings, vsock, io_uring), look into other processes, or take memory
that belongs to no process (shared memory is had in /dev/shm, where it counts as disk).
"""

import ctypes
import errno
import os
import struct

_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_WATCHING_PROCESS = 1
_WHOLE_USER = 2
_X32_CALLS = 0x40000000
_NEW_NAMESPACES = 0x7E020000
_SOCKET_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6: all bound to the empty network namespace.

# Numbers that all architectures share: io_uring, the new mount calls, pidfd_getfd, quotactl_fd,
# memfd_secret.
_COMMON = (425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443, 447, 467)

# In order: ptrace, process_vm_readv, process_vm_writev, kcmp; mount, umount2, pivot_root, chroot, unshare,
# setns; keyctl, add_key, request_key; bpf, perf_event_open, userfaultfd; kexec_load, kexec_file_load,
# init_module, finit_module, delete_module; quotactl, open_by_handle_at, name_to_handle_at, fanotify_init;
# swapon, swapoff, reboot, acct, syslog, vhangup; settimeofday, clock_settime, clock_adjtime, adjtimex;
# personality; memfd_create, shmget. `tuning`: prlimit64, sched_setaffinity, sched_setscheduler, sched_setparam, sched_setattr;
# `priority`: setpriority. They reach other processes of the same user, such as the one that watches.
_TABLES = {
    "x86_64": {
        "audit": 0xC000003E,
        "denied": (101, 310, 311, 312, 165, 166, 155, 161, 272, 308, 250, 248, 249, 321, 298, 323, 246, 320,
                   175, 313, 176, 179, 304, 303, 300, 167, 168, 169, 163, 103, 153, 164, 227, 305, 159, 135,
                   319, 29),
        "socket": (41, 53),
        "clone": 56,
        "tuning": (302, 203, 144, 142, 314),
        "priority": 141,
    },
    "aarch64": {
        "audit": 0xC00000B7,
        "denied": (117, 270, 271, 272, 40, 39, 41, 51, 97, 268, 219, 217, 218, 280, 241, 282, 104, 294,
                   105, 273, 106, 60, 265, 264, 262, 224, 225, 142, 89, 116, 58, 170, 112, 266, 171, 92,
                   279, 194),
        "socket": (198, 199),
        "clone": 220,
        "tuning": (261, 122, 119, 118, 274),
        "priority": 140,
    },
}
_CLONE3 = 435


def _step(code, operand, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, operand)


def _refuse(error):
    return _step(_RETURN, _ERRNO | error)


def build(machine):
    """The filter as classic BPF for `machine` (`os.uname().machine`); KeyError for an unknown one."""
    table = _TABLES[machine]
    steps = [
        _step(_LOAD_WORD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, table["audit"], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD_WORD, _NUMBER),
        _step(_JUMP_AT_LEAST, _X32_CALLS, 0, 1),
        _refuse(errno.EPERM),
    ]
    for number in table["denied"] + _COMMON:
        steps += [_step(_JUMP_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    # The flags of clone3 lie in memory, out of a filter's reach; libc falls back to clone on ENOSYS.
    steps += [_step(_JUMP_EQUAL, _CLONE3, 0, 1), _refuse(errno.ENOSYS)]
    steps += [_step(_JUMP_EQUAL, table["clone"], 0, 4), _step(_LOAD_WORD, _FIRST_ARGUMENT)]
    steps += [_step(_JUMP_ANY_BIT, _NEW_NAMESPACES, 0, 1), _refuse(errno.EPERM), _step(_RETURN, _ALLOW)]
    for number in table["socket"]:
        steps += _socket_rule(number)
    for number in table["tuning"]:
        steps += [_step(_JUMP_EQUAL, number, 0, 4), *_unless(_FIRST_ARGUMENT, _WATCHING_PROCESS), _step(_RETURN, _ALLOW)]
    steps += [
        _step(_JUMP_EQUAL, table["priority"], 0, 7),
        *_unless(_FIRST_ARGUMENT, _WHOLE_USER),
        *_unless(_SECOND_ARGUMENT, _WATCHING_PROCESS),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps + [_step(_RETURN, _ALLOW)])


def _unless(argument, value):
    """Three steps that refuse the call when its argument is `value`, and else go on."""
    return [_step(_LOAD_WORD, argument), _step(_JUMP_EQUAL, value, 0, 1), _refuse(errno.EPERM)]


def _socket_rule(number):
    families = len(_SOCKET_FAMILIES)
    rule = [_step(_JUMP_EQUAL, number, 0, families + 3), _step(_LOAD_WORD, _FIRST_ARGUMENT)]
    for place, family in enumerate(_SOCKET_FAMILIES):
        rule.append(_step(_JUMP_EQUAL, family, families - place, 0))
    return rule + [_refuse(errno.EAFNOSUPPORT), _step(_RETURN, _ALLOW)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def install(prctl):
    """Puts the calling thread, and all that it starts, under the filter; needs no_new_privs."""
    code = build(os.uname().machine)
    steps = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(steps))
    set_seccomp, filter_mode = 22, 2
    prctl(set_seccomp, filter_mode, ctypes.addressof(program))

import type { Bait } from './host.ts';
import { python } from './program.ts';

/** What stands in front of every hostile program, see `program.ts`. */
export const prelude = (bait: Bait): string =>
  `import json\nbait = json.loads(${JSON.stringify(JSON.stringify(bait))})\n${tools}`;

const tools = python`
import ctypes, errno, os, signal, socket, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
calls = {
    'x86_64': dict(ptrace=101, process_vm_writev=311, mount=165, umount2=166, pivot_root=155, unshare=272,
                   setns=308, add_key=248, keyctl=250, bpf=321, perf_event_open=298, userfaultfd=323,
                   init_module=175, kexec_load=246, open_by_handle_at=304, io_uring_setup=425,
                   memfd_create=319, shmget=29, shmat=30, clock_settime=227, swapon=167),
    'aarch64': dict(ptrace=117, process_vm_writev=271, mount=40, umount2=39, pivot_root=41, unshare=97,
                    setns=268, add_key=217, keyctl=219, bpf=280, perf_event_open=241, userfaultfd=282,
                    init_module=105, kexec_load=104, open_by_handle_at=265, io_uring_setup=425,
                    memfd_create=279, shmget=194, shmat=196, clock_settime=112, swapon=224),
}[os.uname().machine]

def system(name, *arguments):
    result = libc.syscall(calls[name], *arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result

def attempt(what, call):
    try:
        result = call()
    except Exception as error:
        print('held', what, '-', type(error).__name__, str(error)[:80])
    else:
        breach(f'{what}: {result!r}'[:200])

def refused(what, call):
    """Like attempt, of a call that must fail for want of permission and for nothing else."""
    try:
        call()
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS): return print('held', what, '-', error)
    breach(f'{what} is not refused')

def some(found):
    if not found: raise LookupError('nothing')
    return found

def breach(what):
    print('BREACH', what, flush=True)

def detach(work):
    """Runs work in a grandchild in a session of its own, which nothing but a kill ends."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in set(range(1, 32)) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            work()
        os._exit(0)
    os.wait()

MEGABYTE = 1 << 20
# Who may be watching: the first processes of the name space, and the parent.
watchers = sorted({1, 2, os.getppid()} - {0, os.getpid()})
# ------------------------------------------------------------------------------------------------------
`;

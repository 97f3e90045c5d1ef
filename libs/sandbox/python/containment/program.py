"""Runs a script in this process, a fork of ours, as a fresh interpreter would run it."""

import atexit
import ctypes
import gc
import os
import sys

_libc = ctypes.CDLL(None, use_errno=True)


def open_script(path):
    """The script as a C stream; OSError when it cannot be read."""
    _libc.fopen.restype = ctypes.c_void_p
    stream = _libc.fopen(path.encode(), b"rb")
    if not stream:
        raise OSError(ctypes.get_errno(), "cannot open the program", path)
    return stream


def run_script(stream, path):
    """Runs `path` as `__main__` and ends the process with the status that the interpreter would give.

    It goes through the interpreter's own way to run a file, which prints a traceback without frames of
    ours, honours sys.excepthook, and on SystemExit ends the process itself.
    """
    _forget_the_parent(path)
    script = ctypes.pythonapi.PyRun_SimpleFileExFlags
    script.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
    failed = script(stream, path.encode(), 1, None)
    _finish(1 if failed else 0)


def _forget_the_parent(path):
    """Leaves what a program sees at its start: its own module, its own arguments, unforeseeable seeds."""
    for name in [name for name in sys.modules if name.split(".")[0] in ("containment", "docker")]:
        del sys.modules[name]
    main = sys.modules["__main__"] = type(sys)("__main__")
    if sys.version_info < (3, 14):
        main.__annotations__ = {}
    sys.argv[:] = [path]
    sys.path[0] = os.path.dirname(path)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _finish(status):
    """Ends as the interpreter would, but leaves the parent's modules alone: taking those apart costs more
    than most programs, and nothing of the program hangs on them."""
    threads = sys.modules.get("threading")
    if threads is not None:
        threads._shutdown()
    atexit._run_exitfuncs()
    names = sys.modules["__main__"].__dict__
    for name in list(names):
        names[name] = None
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    os._exit(status)


def _flush(stream):
    try:
        stream.flush()
    except (AttributeError, OSError, ValueError):
        pass  # Closed or replaced by the program: there is nothing left to write.

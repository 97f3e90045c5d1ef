"""What is used of `signal`, straight from the interpreter: the module itself makes enumerations, and to import
what it needs for them takes as long as a small program runs."""

from _signal import (  # noqa: F401
    SIG_DFL,
    SIGCHLD,
    SIGHUP,
    SIGINT,
    SIGKILL,
    SIGTERM,
    SIGXCPU,
    default_int_handler,
    pidfd_send_signal,
    signal,
)

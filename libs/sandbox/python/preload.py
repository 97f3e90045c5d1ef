"""The preloaded parent: imports what solutions import once, then forks a program for every order.

`preload.py LISTENER READY IDLE`: descriptors of the listening socket and of the pipe that is told `ready`,
and the seconds without an order after which it ends. It runs trusted code only, in the file layout of the
sandboxes, so that what a fork imports later is found under the same paths. It holds no secret: its memory
is what the packages made of themselves.
"""

import gc
import importlib
import os
import signal
import socket
import sys

from containment import monitor, program, protocol

SOLUTION = "/attempt/solution.py"
# Nothing whose import changes what a program may do, such as scikit-learn's `experimental` switches: then
# the same program would end differently cold.
MODULES = """
    numpy numpy.random numpy.linalg numpy.ma pandas scipy.sparse scipy.special scipy.stats scipy.optimize
    scipy.linalg scipy.spatial sklearn sklearn.base sklearn.calibration sklearn.cluster sklearn.compose
    sklearn.datasets sklearn.decomposition sklearn.discriminant_analysis sklearn.dummy sklearn.ensemble
    sklearn.exceptions sklearn.feature_extraction.text sklearn.feature_selection sklearn.gaussian_process
    sklearn.impute sklearn.isotonic sklearn.kernel_ridge sklearn.linear_model sklearn.metrics
    sklearn.mixture sklearn.model_selection sklearn.multiclass sklearn.naive_bayes sklearn.neighbors
    sklearn.neural_network sklearn.pipeline sklearn.preprocessing sklearn.random_projection sklearn.svm
    sklearn.tree sklearn.utils lightgbm joblib csv json warnings pandas.io.formats.csvs pandas.io.parsers
    pandas.core.reshape.encoding pathlib time narwhals.stable.v2._namespace narwhals._interchange.dataframe
    narwhals._pandas_like.namespace narwhals._pandas_like.dataframe narwhals._pandas_like.series
""".split()


def load():
    for module in MODULES:
        try:
            importlib.import_module(module)
        except ImportError as error:
            # Then programs that want it import it, or fail at it, themselves.
            print(f"preload: {error}", file=sys.stderr, flush=True)
    # Frozen objects are never visited by a fork's collector, so their pages stay shared.
    gc.collect()
    gc.freeze()


def threads():
    return len(os.listdir("/proc/self/task"))


def serve(listener, idle):
    # A fork without a waiting parent leaves no zombie, and nobody here asks how it ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener.settimeout(idle)
    while True:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            return
        if os.fork() == 0:
            answer(listener, connection)
        connection.close()


def answer(listener, connection):
    """In a fork: one order. Never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(listener.detach())
        header, descriptors = protocol.receive(connection)
        if header.get("end"):
            os.kill(os.getppid(), signal.SIGTERM)
        else:
            order = protocol.Order(header, descriptors)
            protocol.tell(connection, "accepted")
            monitor.run(connection, order, execute)
    except (OSError, EOFError) as error:
        print(f"preload: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def execute(trouble):
    script = program.open_script(SOLUTION)
    os.close(trouble)
    program.run_script(script, SOLUTION)


def main():
    listener, ready, idle = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    load()
    if threads() != 1:
        raise SystemExit("preload: an import started a thread, so forks would not be safe")
    os.write(ready, b"ready")
    os.close(ready)
    serve(socket.socket(fileno=listener), idle)


main()

"""The real grader with planted faults: the submission's file name says which."""

import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import grader

real_grade = grader.grade


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def faulty_grade(config: dict, answers: str, submission: str) -> float:
    name = Path(submission).name
    seen = Path(submission + ".seen")
    if (Path(answers).parent / "break").exists():
        die()
    if name.startswith("kill-once") and not seen.exists():
        seen.touch()
        die()
    if name.startswith("kill-always"):
        die()
    if name.startswith("break"):
        (Path(answers).parent / "break").touch()
        die()
    if name.startswith("hang"):
        time.sleep(3600)
    if name.startswith("bug"):
        raise RuntimeError("a planted bug")
    return real_grade(config, answers, submission)


grader.grade = faulty_grade
grader.serve()

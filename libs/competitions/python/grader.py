"""The grader: one JSON request a line on standard input, one JSON answer a line on standard output.

    request  {"config", "answers", "submission"}          paths are absolute
    answer   {"score"} | {"reason", "detail"} | {"lost"} | {"failed"}

`reason` blames the submission. `lost`: a file could not be read. `failed`: this program did not expect what
it met; the caller finds out whether the submission or the grader is to blame. `{"ready": true}` comes first.
Ends with its standard input, so that it never outlives the process that started it.
"""

import json
import sys
import warnings

from ace_competitions.grading.grade import grade
from ace_competitions.grading.invalid import Invalid


def answer(request: dict) -> dict:
    try:
        return {"score": grade(request["config"], request["answers"], request["submission"])}
    except Invalid as invalid:
        return {"reason": invalid.reason, "detail": invalid.detail}
    except OSError as error:
        return {"lost": str(error)}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}


def serve() -> None:
    # scikit-learn warns of rows that sum to 1 within our tolerance but not within its own.
    warnings.simplefilter("ignore")
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    serve()

"""Makes the reference leaderboards: at least fifty pipelines a competition, graded on the private answers.

    leaderboard.py --prepared DIR --catalogue CATALOGUE [--only ID]…

Every pipeline is graded by the grader's own code, on a submission file. Writes `leaderboard.json`, scores
rounded to six decimals, best first. Seeds are stated beside the pipelines. Takes a quarter of an hour.
"""

import argparse
import json
import sys
import tempfile
import warnings
from pathlib import Path

from ace_competitions.grading.grade import grade
from ace_competitions.reference.classifiers import classifiers
from ace_competitions.reference.data import Data, load
from ace_competitions.reference.predict import fitted, predictions, submission
from ace_competitions.reference.regressors import regressors
from ace_competitions.tidy import write_csv


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the reference leaderboards.")
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--only", action="append", metavar="ID")
    given = parser.parse_args()
    # Reference models may stop before they converge: a weak place on the leaderboard is a place.
    warnings.simplefilter("ignore")
    for folder in sorted(path.parent for path in given.catalogue.glob("*/competition.json")):
        if given.only is None or folder.name in given.only:
            write_leaderboard(load(given.prepared / folder.name), folder / "leaderboard.json")
    return 0


def write_leaderboard(data: Data, path: Path) -> None:
    pipelines = regressors() if data.is_regression else classifiers()
    scores = {}
    for name, pipeline in pipelines.items():
        scores[name] = score_of(data, pipeline)
        print(f"{data.config['id']:22} {scores[name]:12.6f}  {name}", flush=True)
    best_first = sorted(scores.values(), reverse=data.config["direction"] == "maximize")
    path.write_text(json.dumps(best_first) + "\n", "utf-8")


def score_of(data: Data, pipeline) -> float:
    metric = data.config["metric"]
    model = fitted(pipeline, metric, data.train, data.target)
    table = submission(data, predictions(model, metric, data.test))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "submission.csv"
        write_csv(table, file)
        return round(grade(data.config, str(data.answers), str(file)), 6)


if __name__ == "__main__":
    sys.exit(main())

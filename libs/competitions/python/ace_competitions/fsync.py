"""Durability: what was renamed into place must also have its bytes on the disk."""

import os
from pathlib import Path


def sync_tree(folder: Path) -> None:
    """Flushes every file and folder below `folder`, itself included."""
    for place, _, files in os.walk(folder, topdown=False):
        for name in [*files, "."]:
            descriptor = os.open(os.path.join(place, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

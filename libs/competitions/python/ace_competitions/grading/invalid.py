"""Why a submission does not count. The list is closed and the same as `InvalidReason` in contract.ts."""

MISSING_FILE = "missing file"
UNREADABLE = "unreadable"
WRONG_COLUMNS = "wrong columns"
WRONG_IDS = "wrong ids"
DUPLICATES = "duplicate ids"
NOT_FINITE = "missing or infinite values"
NOT_NUMERIC = "not numeric"
UNKNOWN_CLASS = "unknown class"
OUT_OF_RANGE = "out of range"


class Invalid(Exception):
    """The submission's own fault. `detail` is for people: where, what was found, what was expected."""

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def shown(text: str) -> str:
    """`text` as it may stand in a message: quoted, escaped and short, whatever the submission holds."""
    return ascii(text if len(text) <= 40 else text[:40] + "…")

"""When to start a crashed process again, and when to give it up."""

from dataclasses import dataclass

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# Whoever ran that long has started: what ends it later is not a wrong setting or a taken port.
SETTLED_SECONDS = 10.0
MOST_FAILED_STARTS = 4


@dataclass(frozen=True, kw_only=True)
class History:
    """How a process has fared: crashes in a row, and whether it ever ran for long."""

    crashes: int = 0
    has_settled: bool = False

    @property
    def is_hopeless(self) -> bool:
        """Whether it failed at the start again and again, so that trying once more would only hide the reason."""
        return not self.has_settled and self.crashes >= MOST_FAILED_STARTS

    @property
    def delay(self) -> float:
        """Seconds to wait before the next start: twice as long after every crash."""
        doublings = min(max(self.crashes - 1, 0), 16)
        return float(min(FIRST_DELAY_SECONDS * 2**doublings, LONGEST_DELAY_SECONDS))


def after_crash(*, history: History, lived: float) -> History:
    """Return the history after a crash of a process that ran for `lived` seconds."""
    if lived >= SETTLED_SECONDS:
        return History(crashes=1, has_settled=True)
    return History(crashes=history.crashes + 1, has_settled=history.has_settled)

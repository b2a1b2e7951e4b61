"""The colours in which journeys, enrolments and dry runs are shown, wherever they are."""

JOURNEY_TONES = {"live": "good", "paused": "attention", "draft": "neutral", "archived": "neutral"}
ENROLMENT_TONES = {"running": "information", "paused": "attention", "ended": "neutral"}
DRY_RUN_TONES = {
    "queued": "information", "running": "information", "done": "good", "cancelled": "neutral", "failed": "problem",
}  # fmt: skip
FATE_TONES = {"sent": "good", "waiting": "information", "dropped": "attention", "merged": "neutral"}

"""The colours in which journeys and enrolments are shown, wherever they are."""

JOURNEY_TONES = {"live": "good", "paused": "attention", "draft": "neutral", "archived": "neutral"}
ENROLMENT_TONES = {"running": "information", "paused": "attention", "ended": "neutral"}

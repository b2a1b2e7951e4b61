"""The colour in which incidents are shown, wherever they are."""

from aftercare.care.incidents.vocabulary import IncidentState

TONES: dict[str, str] = {
    IncidentState.OPEN: "attention",
    IncidentState.ESCALATED: "problem",
    IncidentState.CLOSED: "neutral",
}

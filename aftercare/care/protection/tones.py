"""The colour in which claims are shown, wherever they are."""

from aftercare.care.protection.vocabulary import ClaimState

TONES: dict[str, str] = {
    ClaimState.OPEN: "attention",
    ClaimState.WITH_CARRIER: "information",
    ClaimState.APPROVED: "good",
    ClaimState.DENIED: "problem",
    ClaimState.SETTLED: "neutral",
    ClaimState.WITHDRAWN: "neutral",
}

"""The colour in which refunds are shown, wherever they are."""

from aftercare.care.refunds.vocabulary import RefundState

TONES: dict[str, str] = {
    RefundState.ASKED: "attention",
    RefundState.DUE: "neutral",
    RefundState.BY_HAND: "attention",
    RefundState.MADE: "good",
    RefundState.FAILED: "problem",
    RefundState.DROPPED: "neutral",
}

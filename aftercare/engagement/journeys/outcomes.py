"""How a journey can end for somebody before its last step, other than by a step: words that the log and reports know."""

GOAL = "goal"
EARLY = "left_early"

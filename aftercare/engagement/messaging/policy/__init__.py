"""Is now a good moment? Pure decisions over values: send, defer until, or drop, always with a reason.

One file for each rule; `deciding` holds their order, `situation` all that they may look at. What is learned or counted
comes in as a value: no rule asks a database, or a clock.
"""

from aftercare.engagement.messaging.policy.calendar import Calendar, OpenHours, hours_but
from aftercare.engagement.messaging.policy.deciding import RULES, Answer, Rule, Step, decide, explain, forecast
from aftercare.engagement.messaging.policy.situation import BestHour, Budget, Decision, Limit, Situation, Spent
from aftercare.engagement.messaging.policy.vocabulary import LegalClass, Reason, Suppressed, SuppressionCause, Verdict

__all__ = [
    "RULES",
    "Answer",
    "BestHour",
    "Budget",
    "Calendar",
    "Decision",
    "LegalClass",
    "Limit",
    "OpenHours",
    "Reason",
    "Rule",
    "Situation",
    "Spent",
    "Step",
    "Suppressed",
    "SuppressionCause",
    "Verdict",
    "decide",
    "explain",
    "forecast",
    "hours_but",
]

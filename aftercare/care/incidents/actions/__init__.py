"""Everything that writes incidents. What follows from health works in sets; what staff do is one incident at a time."""

from aftercare.care.incidents.actions.following import Change, follow_health
from aftercare.care.incidents.actions.masses import close_mass, end_old_masses, word_mass
from aftercare.care.incidents.actions.money import approve_compensation, decline_compensation, set_budget
from aftercare.care.incidents.actions.staff import assign_incidents, close_incidents, note_incident, open_incident

__all__ = [
    "Change",
    "approve_compensation",
    "assign_incidents",
    "close_incidents",
    "close_mass",
    "decline_compensation",
    "end_old_masses",
    "follow_health",
    "note_incident",
    "open_incident",
    "set_budget",
    "word_mass",
]

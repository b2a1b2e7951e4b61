"""The console's pages about journeys: reading them, editing them, trying them out, and what they were before."""

from django.urls import path
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.console import beginning, dry_runs, editor, publishing, reading, state
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry

_ONE = "journeys/<str:public_id>/"
_EDIT = f"{_ONE}edit/"

urlpatterns = [
    path("journeys/", reading.journeys, name="journeys"),
    path("journeys/new/", beginning.new_journey, name="journey_new"),
    path("journeys/enrolments/<str:public_id>/", reading.enrolment, name="enrolment"),
    path("journeys/dry-runs/<str:public_id>/", dry_runs.dry_run, name="dry_run"),
    path("journeys/dry-runs/<str:public_id>/stop/", dry_runs.stop, name="dry_run_stop"),
    path(f"{_ONE}dry-runs/", dry_runs.dry_runs, name="dry_runs"),
    path(f"{_ONE}dry-runs/begin/", dry_runs.begin, name="dry_run_begin"),
    path(_ONE, reading.journey, name="journey"),
    path(f"{_ONE}pause/", state.pause_journey, name="journey_pause"),
    path(f"{_ONE}resume/", state.resume_journey, name="journey_resume"),
    path(f"{_ONE}archive/", state.archive_journey, name="journey_archive"),
    path(f"{_ONE}rename/", state.rename_journey, name="journey_rename"),
    path(_EDIT, editor.edit_journey, name="journey_edit"),
    path(f"{_EDIT}entry/", editor.change_entry, name="journey_entry"),
    path(f"{_EDIT}conditions/", editor.add_condition, name="journey_condition_add"),
    path(f"{_EDIT}conditions/<int:row_id>/", editor.change_condition, name="journey_condition"),
    path(f"{_EDIT}conditions/<int:row_id>/remove/", editor.drop_condition, name="journey_condition_remove"),
    path(f"{_EDIT}leaving/<slug:key>/", editor.change_leaving, name="journey_leaving"),
    path(f"{_EDIT}steps/", editor.add_step, name="journey_step_add"),
    path(f"{_EDIT}steps/<slug:key>/", editor.change_step, name="journey_step"),
    path(f"{_EDIT}steps/<slug:key>/move/", editor.move_step, name="journey_step_move"),
    path(f"{_EDIT}steps/<slug:key>/remove/", editor.drop_step, name="journey_step_remove"),
    path(f"{_EDIT}steps/<slug:key>/mail/", editor.step_mail, name="journey_step_mail"),
    path(f"{_EDIT}publish/", publishing.publish, name="journey_publish"),
    path(f"{_EDIT}discard/", publishing.discard, name="journey_discard"),
    path(f"{_ONE}versions/", publishing.versions, name="journey_versions"),
    path(f"{_ONE}versions/<int:row_id>/restore/", publishing.restore, name="journey_restore"),
]

register_entry(
    Entry(
        group="Engagement",
        position=20,
        label=gettext_lazy("Journeys"),
        icon="route",
        url_name="journeys",
        permission=Permission.JOURNEYS_READ,
    )
)

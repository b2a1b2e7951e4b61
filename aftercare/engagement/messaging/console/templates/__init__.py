"""The templates messages are made from: read, translated, edited, tried out, published, compared."""

from django.urls import path

from aftercare.engagement.messaging.console.templates import editor, overview, publishing, trial

_ONE = "messages/templates/<slug:key>/<slug:locale>/"

urlpatterns = [
    path("messages/templates/", overview.templates, name="templates"),
    path(_ONE, editor.template, name="template"),
    path(f"{_ONE}draft/", editor.save, name="template_save"),
    path(f"{_ONE}source/", editor.take_source, name="template_source"),
    path(f"{_ONE}preview/", editor.template_preview, name="template_preview"),
    path(f"{_ONE}trial/", trial.send, name="template_trial"),
    path(f"{_ONE}publish/", publishing.publish, name="template_publish"),
    path(f"{_ONE}discard/", publishing.discard, name="template_discard"),
    path(f"{_ONE}versions/", publishing.versions, name="template_versions"),
    path(f"{_ONE}versions/<int:row_id>/restore/", publishing.restore, name="template_restore"),
]

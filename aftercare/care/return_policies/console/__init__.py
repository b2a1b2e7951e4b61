"""The console's pages of return policies: what is in force and was, the editor with its try-out, and replays."""

from aftercare.care.return_policies.console import editor, replays, versions

urlpatterns = [*versions.urlpatterns, *editor.urlpatterns, *replays.urlpatterns]

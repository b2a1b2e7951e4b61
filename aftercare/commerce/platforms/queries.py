"""Finding imports. All within a store's scope."""

from aftercare.commerce.platforms.models import ImportRun
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound


def imports_for_list(*, words: str = "", state: str = "", after: str = "", limit: int = 50) -> Page[ImportRun]:
    """A page of imports, the latest first. One query."""
    found = ImportRun.objects.filter(file_name__icontains=words) if words else ImportRun.objects.all()
    if state:
        found = found.filter(state=state)
    return page(found, by="started_at", after=after, limit=limit)


def import_by_public_id(*, public_id: str) -> ImportRun:
    """An import; raises NotFound."""
    found = ImportRun.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such import.", field="import")
    return found

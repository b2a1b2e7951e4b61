"""The table of permissions."""

from aftercare.foundation.staff.policy import PERMISSION_WORDS, Permission, Role
from aftercare.foundation.stores.models import Store
from tests.staffing import Staff
from tests.visiting import words_of


def test_every_permission_stands_there_by_name_and_in_words(store: Store) -> None:
    html = Staff(store).see("permissions")
    words = words_of(html)
    assert all(permission.value in html for permission in Permission)
    assert all(str(text) in words for text in PERMISSION_WORDS.values())
    row = html.partition("staff:write")[2].partition("</tr>")[0]
    assert row.count("<td") == len(Role)
    assert row.count('aria-label="Yes"') == 1

"""The catalogues of every language: what shoppers read is gathered from templates and code, and compiled for gettext.

    .venv/bin/python frontend/catalogues.py        brings every .po file up to date and says what lacks words

The console speaks English, so its strings are left out: by the names of the files they stand in.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "aftercare"
CATALOGUES = PACKAGE / "config/locale"
LANGUAGES = ("ar", "de", "es", "fr", "pt")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Read by staff only. What is not named here is taken for the shopper's, so that nothing of theirs is forgotten.
CONSOLE = (
    "*/console/*", "*/console.py", "*/cards.py", "*/timeline.py", "*/timelines.py", "*/events.py", "*/forms.py",
    "*/tones.py", "*/troubles.py", "*/customers/*", "*/catalog/*", "*/platforms/*", "*/shipments/carriers/*",
    "*/shipments/models.py", "*/commerce/health/*", "*/incidents/vocabulary.py", "*/protection/vocabulary.py",
    "*/content/vocabulary.py", "*/ownership/vocabulary.py", "*/visits/vocabulary.py", "*/protection/explaining.py",
    "*/credit/vocabulary.py", "*/credit/explaining.py",
    "*/return_policies/explaining.py", "*/return_policies/checking.py",
    "*/return_policies/models.py", "*/effects/destination.py", "*/effects/reasons.py", "*/effects/review.py",
    "*/protection/evidence/*",
    "*/journeys/*", "*/segments/*", "*/web/config_forms.py",
    "*/web/rows_field.py", "*/staff_tasks/*", "*/messaging/holders.py", "*/incidents/actions/*",
    "*/protection/actions/rows.py",
    "*/components/hours.html", "*/messaging/models/*", "*/messaging/dns/*", "*/messaging/checking.py",
    "*/messaging/heard.py", "*/messaging/sms/*", "*/messaging/voice/*", "*/messaging/push/*", "*/messaging/twilio.py",
    "*/messaging/reputation.py", "*/messaging/policy/*", "*/messaging/wording.py",
    "*/messaging/types.py", "*/foundation/staff/*", "*/foundation/webhooks/*", "*/web/listing.py",
    "*/web/navigation.py", "*/web/staff_edge.py", "*/web/week.py", "*/templates/account/*", "*/templates/allauth/*",
    "*/templates/mfa/*", "*/web/auth/*", "*/web/account/*", "*/config/sign_in.py", "*/config/second_factors.py",
    "*/web/styleguide*", "*/config/cli/*", "*/config/demo_shop/*", "*/choose_store.html", "*/components/bulk_bar.html",
    "*/components/filters.html", "*/components/pagination.html", "*/components/table_head.html",
)  # fmt: skip


def main() -> None:
    gathered = shoppers_strings()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(gathered, no_fuzzy_matching=True, update_creation_date=False)
        with source_of(language).open("wb") as file:
            write_po(file, catalogue, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
        print(f"{language}: {len(catalogue)} strings, {len(lacking(catalogue))} without words")


def compile_catalogues() -> None:
    """Write the .mo files that Django reads, each moved into its place whole."""
    for language in LANGUAGES:
        source = source_of(language)
        beside = source.with_suffix(".mo.new")
        with beside.open("wb") as file:
            write_mo(file, read(language))
        beside.replace(source.with_suffix(".mo"))


def source_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES/django.po"


def read(language: str) -> Catalog:
    """The catalogue as it was translated; an empty one with the language's plural forms where there is none yet."""
    source = source_of(language)
    if not source.exists():
        source.parent.mkdir(parents=True, exist_ok=True)
        today = datetime.now(UTC).replace(hour=0, minute=0)
        return Catalog(
            language, header_comment="# What shoppers read.", project="Aftercare", version="1", fuzzy=False,
            msgid_bugs_address="none", last_translator="The Aftercare founders", language_team=language,
            creation_date=today, revision_date=today,
        )  # fmt: skip
    with source.open("rb") as file:
        return read_po(file, locale=language)


def lacking(catalogue: Catalog) -> list[Message]:
    """What has no translation, or fewer plural forms than the language has."""
    return [message for message in catalogue if message.id and not is_complete(message, catalogue)]


def is_complete(message: Message, catalogue: Catalog) -> bool:
    if message.pluralizable:
        return len(message.string) == catalogue.num_plurals and all(message.string)
    return bool(message.string)


def shoppers_strings() -> Catalog:
    """Every string that shoppers may read, with the files it stands in."""
    catalogue = Catalog(fuzzy=False)
    for path in shoppers_files():
        name = path.relative_to(ROOT).as_posix()
        for line, ids, comments, context in extract("python", io.BytesIO(as_python(path)), KEYWORDS, ["Translators:"]):
            catalogue.add(ids, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def shoppers_files() -> Iterator[Path]:
    for path in sorted(path for kind in ("html", "py") for path in PACKAGE.rglob(f"*.{kind}")):
        if not any(fnmatch(path.as_posix(), pattern) for pattern in CONSOLE):
            yield path


def as_python(path: Path) -> bytes:
    """A module as it is; of a template what Django makes of it for extraction, whose indentation means nothing."""
    text = path.read_text(encoding="utf-8")
    return (f"({templatize(text, origin=str(path))}\n)" if path.suffix == ".html" else text).encode()


if __name__ == "__main__":
    main()

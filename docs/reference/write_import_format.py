"""Writes import-format.md anew from the schemas: `python docs/reference/write_import_format.py`."""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")
django.setup()

from aftercare.commerce.platforms.importable import kinds  # noqa: E402 -- Django comes first
from aftercare.commerce.platforms.reference import import_format  # noqa: E402 -- Django comes first

Path(__file__).with_name("import-format.md").write_text(import_format(list(kinds)), encoding="utf-8")

"""Photos that shoppers send: looked at, and made anew.

What is kept is a picture of our own making, so nothing that hides in a file reaches anybody: no place where it was taken,
no script in a comment, no bomb of a billion pixels.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from aftercare.care.protection.errors import UnusablePhoto

FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPTED = "image/jpeg,image/png,image/webp"
LARGEST_BYTES = 10 * 1024 * 1024
_MOST_PIXELS = 60_000_000
_LONGEST_SIDE = 1600
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG."""

    content: bytes
    width: int
    height: int


def read_picture(content: bytes, *, field: str = "photos") -> Picture:
    """The photo in these bytes, upright and of a modest size; raises UnusablePhoto."""
    if len(content) > LARGEST_BYTES:
        raise UnusablePhoto(_("This photo is larger than 10 MB."), field=field, remedy=_("Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            # Our own limit counts; Pillow's warning comes at another.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise UnusablePhoto(
                        _("This photo has too many pixels."), field=field, remedy=_("Choose a smaller one.")
                    )
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        raise UnusablePhoto(
            _("This file is no photo we can read."), field=field, remedy=_("Send it as JPEG, PNG or WebP.")
        ) from None
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    made = BytesIO()
    upright.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(made.getvalue(), upright.width, upright.height)

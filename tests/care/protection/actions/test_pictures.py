from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from aftercare.care.protection.actions import pictures
from aftercare.care.protection.actions.pictures import read_picture
from aftercare.care.protection.errors import UnusablePhoto
from tests.care.protection.cast import photo_file


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_made_anew_and_smaller(kind: str) -> None:
    made = read_picture(photo_file(size=(3200, 800), kind=kind))
    assert (made.width, made.height) == (1600, 400)
    with Image.open(BytesIO(made.content)) as image:
        assert image.format == "JPEG"


def test_what_the_camera_wrote_into_it_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010E] = "at home"
    file = BytesIO()
    Image.new("RGB", (400, 200)).save(file, "JPEG", exif=exif)
    made = read_picture(file.getvalue())
    assert (made.width, made.height) == (200, 400)
    with Image.open(BytesIO(made.content)) as image:
        assert not image.getexif()


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", b"%PDF-1.7", photo_file()[:60], photo_file(kind="GIF")])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(UnusablePhoto, match="no photo"):
        read_picture(content)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 1000)
    with pytest.raises(UnusablePhoto, match="pixels"):
        read_picture(photo_file())
    with pytest.raises(UnusablePhoto, match="10 MB"):
        read_picture(b"0" * (pictures.LARGEST_BYTES + 1))


@given(
    head=st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBP"]),
    tail=st.binary(),
)
def test_whatever_comes_is_a_photo_or_refused(head: bytes, tail: bytes) -> None:
    with pytest.raises(UnusablePhoto):
        read_picture(head + tail)

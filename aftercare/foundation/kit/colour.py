"""Colours people can read: contrast by WCAG 2.2, and lightness moved in OKLCH, where hue stays the same to the eye."""

import math
import re
from dataclasses import dataclass
from typing import Self

HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour; the channels run from 0 to 1."""

    red: float
    green: float
    blue: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "#3f5d4b"; anything else raises ValueError."""
        match = HEX.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is not a colour such as #3f5d4b")
        red, green, blue = (int(channel, 16) / 255 for channel in match.groups())
        return cls(red, green, blue)

    def __str__(self) -> str:
        channels = (round(min(max(channel, 0), 1) * 255) for channel in (self.red, self.green, self.blue))
        return "#" + "".join(f"{channel:02x}" for channel in channels)

    @property
    def luminance(self) -> float:
        """Relative luminance as WCAG defines it."""
        red, green, blue = (_linear(channel) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


WHITE = Colour(1, 1, 1)
INK = Colour.parse("#1c1a18")


def contrast(one: Colour, other: Colour) -> float:
    """Between 1 (equal) and 21 (black on white); text wants 4.5, outlines of controls 3."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(surface: Colour) -> Colour:
    """White where it can be read, else whichever is read better: on a saturated colour white looks better than ink."""
    on_white = contrast(WHITE, surface)
    return WHITE if on_white >= 4.5 or on_white >= contrast(INK, surface) else INK


def readable_on(colour: Colour, surface: Colour, *, ratio: float) -> Colour:
    """`colour` made darker or lighter, just enough to stand out from `surface` by `ratio`."""
    if contrast(colour, surface) >= ratio:
        return colour
    lightness, chroma, hue = _to_oklch(colour)
    step = 0.01 if surface.luminance < 0.18 else -0.01
    while 0 < lightness < 1:
        lightness += step
        moved = _from_oklch(lightness, chroma, hue)
        if contrast(moved, surface) >= ratio:
            return moved
    return text_on(surface)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _to_oklch(colour: Colour) -> tuple[float, float, float]:
    """Ottosson, "A perceptual color space for image processing" (2020); hue in radians."""
    red, green, blue = (_linear(channel) for channel in (colour.red, colour.green, colour.blue))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> Colour:
    """Colourfulness that the screen cannot show at this lightness is taken away, so the hue does not tip over."""
    while True:
        channels = _linear_channels(lightness, chroma * math.cos(hue), chroma * math.sin(hue))
        if chroma <= 0 or all(-0.001 <= channel <= 1.001 for channel in channels):
            red, green, blue = (_gamma(min(max(channel, 0), 1)) for channel in channels)
            return Colour(red, green, blue)
        chroma -= 0.005


def _linear_channels(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )

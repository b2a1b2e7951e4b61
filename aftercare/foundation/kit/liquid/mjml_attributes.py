"""Which attributes each MJML element takes (MJML 4.15); what is not here has no effect."""

_EVERYWHERE = frozenset({"css-class", "mj-class"})
_PADDING = frozenset({"padding", "padding-top", "padding-right", "padding-bottom", "padding-left"})
_BACKGROUND = frozenset(
    {
        *("background-color", "background-url", "background-repeat", "background-size", "background-position"),
        *("background-position-x", "background-position-y"),
    }
)
_BORDER = frozenset({"border", "border-top", "border-right", "border-bottom", "border-left", "border-radius"})
_FONT = frozenset(
    {
        *("color", "font-family", "font-size", "font-style", "font-weight", "line-height", "letter-spacing"),
        *("text-decoration", "text-transform"),
    }
)
_LINK = frozenset({"href", "rel", "target", "name", "title"})
_INNER = frozenset(
    {
        *("inner-background-color", "inner-border", "inner-border-top", "inner-border-right", "inner-border-bottom"),
        *("inner-border-left", "inner-border-radius"),
    }
)
_ICON = frozenset(
    {
        *("icon-align", "icon-height", "icon-width", "icon-position", "icon-wrapped-url", "icon-wrapped-alt"),
        *("icon-unwrapped-url", "icon-unwrapped-alt"),
    }
)
_SECTION = _BACKGROUND | _BORDER | _PADDING | {"direction", "full-width", "text-align", "gap"}
_SOCIAL = _FONT | _PADDING | {
    *("border-radius", "icon-height", "icon-size", "icon-padding", "text-padding", "vertical-align"),
}  # fmt: skip
_HAMBURGER = frozenset({"align", "base-url", "hamburger"}) | {
    f"ico-{name}"
    for name in (
        *("align", "open", "close", "color", "font-size", "font-family", "text-transform", "text-decoration"),
        *("line-height", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left"),
    )
}

ATTRIBUTES: dict[str, frozenset[str]] = {
    "mjml": frozenset({"lang", "dir", "owa", "version"}),
    "mj-body": frozenset({"background-color", "width", "id", "lang", "dir", "title"}),
    "mj-wrapper": _SECTION,
    "mj-section": _SECTION,
    "mj-group": frozenset({"background-color", "direction", "vertical-align", "width"}),
    "mj-column": _BORDER | _PADDING | _INNER | {"background-color", "direction", "vertical-align", "width"},
    "mj-hero": _BACKGROUND | _PADDING | {
        *("height", "mode", "width", "vertical-align", "border-radius", "background-width", "background-height"),
        *("inner-background-color", "inner-padding", "container-background-color", "align"),
    },
    "mj-text": _FONT | _PADDING | {"align", "container-background-color", "height", "vertical-align"},
    "mj-button": _FONT | _PADDING | _BORDER | _LINK | {
        *("align", "background-color", "container-background-color", "height", "width", "inner-padding"),
        *("text-align", "vertical-align"),
    },
    "mj-image": _PADDING | _BORDER | _LINK | {
        *("align", "alt", "container-background-color", "fluid-on-mobile", "font-size", "height", "width"),
        *("max-height", "sizes", "src", "srcset", "usemap"),
    },
    "mj-divider": _PADDING | {"align", "border-color", "border-style", "border-width", "width"}
    | {"container-background-color"},
    "mj-spacer": _PADDING | {"height", "container-background-color"},
    "mj-table": _FONT | _PADDING | {
        *("align", "border", "cellpadding", "cellspacing", "container-background-color", "role", "table-layout"),
        *("vertical-align", "width"),
    },
    "mj-social": _SOCIAL | {
        *("align", "container-background-color", "inner-padding", "mode", "table-layout"),
    },
    "mj-social-element": _SOCIAL | _LINK | {"align", "alt", "background-color", "icon-position", "sizes", "src", "srcset"},
    "mj-navbar": _HAMBURGER,
    "mj-navbar-link": _FONT | _PADDING | _LINK,
    "mj-accordion": _PADDING | _ICON | {"border", "container-background-color", "font-family"},
    "mj-accordion-element": _ICON | {"background-color", "border", "font-family"},
    "mj-accordion-title": _FONT | _PADDING | {"background-color"},
    "mj-accordion-text": _FONT | _PADDING | {"background-color"},
    "mj-carousel": _PADDING | {
        *("align", "border-radius", "container-background-color", "icon-width", "left-icon", "right-icon"),
        *("tb-border", "tb-border-radius", "tb-hover-border-color", "tb-selected-border-color", "tb-width"),
        *("thumbnails", "background-color"),
    },
    "mj-carousel-image": _LINK | {
        *("alt", "border-radius", "src", "tb-border", "tb-border-radius", "thumbnails-src"),
    },
    "mj-head": frozenset(), "mj-attributes": frozenset(), "mj-title": frozenset(), "mj-preview": frozenset(),
    "mj-style": frozenset({"inline"}), "mj-breakpoint": frozenset({"width"}), "mj-font": frozenset({"name", "href"}),
    "mj-raw": frozenset({"position"}),
}  # fmt: skip
# Defaults for elements of all kinds: any attribute that some element takes.
_DEFAULTS = frozenset({"name"}).union(*ATTRIBUTES.values())


def attributes_of(element: str, *, within_defaults: bool) -> frozenset[str] | None:
    """What `element` takes; None where nothing is known of it. Within `mj-attributes` it is given defaults."""
    if element in ("mj-all", "mj-class"):
        return _DEFAULTS
    known = ATTRIBUTES.get(element)
    return None if known is None else known | _EVERYWHERE | (frozenset({"name"}) if within_defaults else frozenset())

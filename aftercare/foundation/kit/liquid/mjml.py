"""MJML to HTML with its styles inlined, Liquid tags still in place."""

import css_inline
import mrml

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def compile_mjml(source: str) -> str:
    """HTML for mail programs."""
    return _INLINER.inline(mrml.to_html(source).content)

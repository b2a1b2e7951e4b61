"""The text part reads like the mail."""

import pytest

from aftercare.engagement.messaging.email.plain_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo\n"),
        ("<h1>Hi</h1>there<br>you", "Hi\n\nthere\nyou\n"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b\n"),
        ("<table><tr><td>Mug</td><td>2</td></tr><tr><td>Tea</td></tr></table>", "Mug 2\n\nTea\n"),
        ('<a href="https://x.example/?a=1&amp;b=2">Track</a> it', "Track (https://x.example/?a=1&b=2) it\n"),
        ('<a href="https://x.example">https://x.example</a>', "https://x.example\n"),
        ('<a href="#top">Top</a><img src="x" alt="Logo">', "TopLogo\n"),
        ("<head><title>x</title><style>p{}</style></head><body>a &amp; b&nbsp;c</body>", "a & b c\n"),
        ("  lots \n of   space  ", "lots of space\n"),
        ("<script>alert(1)</script>visible", "visible\n"),
        ("", "\n"),
    ],
)
def test_text_keeps_what_is_read(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_liquid_passes_through_untouched() -> None:
    html = (
        '<p>{% if a < b and c > "<p>" %}Hi {{ name | default: "you" }}{% endif %}</p>'
        '<a href="{{ url | append: "?x=<" }}">Track</a>{% raw %}{{ <b> }}{% endraw %}'
    )
    assert html_to_text(html) == (
        '{% if a < b and c > "<p>" %}Hi {{ name | default: "you" }}{% endif %}\n\n'
        'Track ({{ url | append: "?x=<" }}){% raw %}{{ <b> }}{% endraw %}\n'
    )

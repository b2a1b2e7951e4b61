"""Templates written to harm: whatever it is, it is refused, with a place, and soon."""

import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.foundation.kit.liquid.mjml import compile_mjml, mjml_problems
from aftercare.foundation.kit.liquid.mjml_elements import DEEPEST, depth
from aftercare.foundation.kit.liquid.parsing import parse
from aftercare.foundation.kit.liquid.problems import TemplateProblem
from aftercare.foundation.kit.liquid.tags import liquid_tags, replace_tags

LONG = 200_000
ENDLESS = ("{% comment %}", "{% raw %}", "{%", "{{", "<!--", "<![CDATA[", "</a", "<?", "<!", "<!-- >", "<mj-group>")
PIECES = st.sampled_from(
    (
        "<mjml>", "</mjml>", "<mj-body>", "</mj-body>", "<mj-section>", "<mj-text>", "</mj-text>", "<mj-image src='", "'>",
        "<!--", "-->", "<![x", "{{ a }}", "{% if a %}", "{% endif %}", "{% raw %}", "{% endraw %}", "{%", "}}", "<", ">",
        "&amp;", "<p onclick='x'>", "<mj-style>", "</mj-style>", "javascript:", "é\n", "<mj-nonsense a=b>", '<a href="http://x">',
    )
)  # fmt: skip


@pytest.mark.parametrize("unit", ENDLESS)
def test_what_never_ends_is_refused_within_a_second_or_two(unit: str) -> None:
    source = (unit * LONG)[:LONG]
    began = time.process_time()
    with pytest.raises(TemplateProblem):
        compile_mjml(source)
    with suppress(TemplateProblem):
        parse(source, autoescape=False)
    assert mjml_problems(source)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("opened", "closed"),
    [("<mj-wrapper>", "</mj-wrapper>"), ("<mj-group>", ""), ("<div a='</div>'>", "</div>"), ("<div><!-- </div> -->", "</div>")],
)  # fmt: skip
def test_elements_too_deep_for_the_stack_are_refused(opened: str, closed: str) -> None:
    source = f"<mjml><mj-body><mj-section>{opened * 4000}{closed * 4000}</mj-section></mj-body></mjml>"
    with pytest.raises(TemplateProblem, match=f"more than {DEEPEST} deep"):
        compile_mjml(source)


def test_depth_is_that_of_elements_and_voids_have_none() -> None:
    assert depth("<a><b><br><img src='x'></b><c/></a>") == 2
    assert depth("") == 0


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_markup_is_compiled_or_refused_and_its_problems_have_places(source: str) -> None:
    for problem in mjml_problems(source):
        assert 1 <= problem.line <= source.count("\n") + 1
        assert problem.column >= 1
    with suppress(TemplateProblem):
        assert "<html" in compile_mjml(source)


@given(st.text(alphabet="{}%-comentraw a\n'\"", max_size=80))
def test_pieces_are_found_in_order_and_nothing_between_them_is_lost(source: str) -> None:
    tags = list(liquid_tags(source))
    assert all(source[tag.start : tag.end] == tag.text for tag in tags)
    assert all(one.end <= other.start for one, other in pairwise(tags))
    assert replace_tags(source, lambda tag: tag) == source


@pytest.mark.parametrize(
    ("attribute", "problem", "blocks"),
    [
        ('<mj-image src="https://x/y.png" />', "no alternative text", False),
        ('<mj-text><a href="http://x">x</a></mj-text>', "not encrypted", False),
        ('<mj-text><a href="javascript:x">x</a></mj-text>', "'javascript:' do not work", True),
        ("<mj-text colour='red'>x</mj-text>", "no attribute 'colour'", False),
        ("<mj-txt>x</mj-txt>", "no element <mj-txt>", True),
        ("<mj-raw><script>1</script></mj-raw>", "drop <script>", True),
        ("<mj-text><p onclick='x'>x</p></mj-text>", "drop scripts such as 'onclick'", True),
    ],
)
def test_each_kind_of_problem_with_its_place(attribute: str, problem: str, *, blocks: bool) -> None:
    source = f"<mjml><mj-body><mj-section><mj-column>\n {attribute}\n</mj-column></mj-section></mj-body></mjml>"
    (found,) = mjml_problems(source)
    assert problem in found.sentence
    assert (found.line, found.blocks) == (2, blocks)
    assert found.remedy

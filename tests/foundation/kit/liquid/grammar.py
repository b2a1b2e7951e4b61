"""Random templates and random plain data for them."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "items", "x"])
KEYS = st.sampled_from(["a", "b", "title", "size", "first", "last"])

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.sampled_from([0.5, -1.25, 3.0]),
    st.sampled_from([Decimal("1.10"), Decimal(0)]),
    st.sampled_from([date(2026, 11, 22), date(2000, 2, 29)]),
    st.sampled_from(["", " ", "a", "b", "<b>&'\"", "Größe", "7", "-3", "a b", "two\nlines", "size"]),
)
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
contexts = st.dictionaries(NAMES, data, max_size=5)


@st.composite
def paths(draw: st.DrawFn) -> str:
    path = draw(st.one_of(NAMES, st.just("forloop")))
    for _ in range(draw(st.integers(0, 2))):
        step = draw(st.integers(0, 3))
        if step == 0:
            path += f"[{draw(st.integers(-2, 3))}]"
        elif step == 1:
            path += f"[{draw(NAMES)}]"
        else:
            path += "." + draw(KEYS | st.sampled_from(["index", "rindex0", "length"]))
    return path


literals = st.one_of(
    st.sampled_from(["'a'", '"<b>"', "''", "'7'", "true", "false", "nil", "empty", "blank", "1.5"]),
    st.integers(-5, 12).map(str),
)
primitives = st.one_of(paths(), paths(), literals, st.just("(1..3)"))

FILTERS = (
    *("upcase", "downcase", "capitalize", "escape", "escape_once", "strip", "strip_html", "size", "first", "last"),
    *("reverse", "uniq", "compact", "sort", "sort_natural", "join", "abs", "ceil", "floor", "round", "squish"),
    *("newline_to_br", "strip_newlines", "url_encode", "url_decode", "base64_encode", "safe", "escapejs", "sum"),
)
FILTERS_OF_ONE = (
    *(
        "append",
        "prepend",
        "remove",
        "remove_first",
        "remove_last",
        "split",
        "join",
        "default",
        "plus",
        "minus",
        "times",
    ),
    *("divided_by", "modulo", "at_least", "at_most", "truncate", "truncatewords", "slice", "map", "where", "reject"),
    *("find", "find_index", "has", "concat", "sort", "uniq", "compact", "sum", "round", "replace", "date"),
)


@st.composite
def filtered(draw: st.DrawFn) -> str:
    text = draw(primitives)
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            text += " | " + draw(st.sampled_from(FILTERS))
        else:
            text += f" | {draw(st.sampled_from(FILTERS_OF_ONE))}: {draw(primitives)}"
    return text


@st.composite
def conditions(draw: st.DrawFn) -> str:
    operator = st.sampled_from(["==", "!=", "<>", "<", ">", "<=", ">=", "contains"])
    text = draw(primitives)
    if draw(st.booleans()):
        text += f" {draw(operator)} {draw(primitives)}"
    for _ in range(draw(st.integers(0, 2))):
        text += f" {draw(st.sampled_from(['and', 'or']))} {draw(primitives)}"
        if draw(st.booleans()):
            text += f" {draw(operator)} {draw(primitives)}"
    return text


texts = st.sampled_from(["text", " ", "\n", "<p>", "ü ", "{", "%}", ""])
leaves = st.one_of(
    texts,
    filtered().map(lambda inner: f"{{{{ {inner} }}}}"),
    filtered().map(lambda inner: f"{{{{- {inner} -}}}}"),
    st.builds(lambda name, value: f"{{% assign {name} = {value} %}}", NAMES, filtered()),
    NAMES.map(lambda name: f"{{% increment {name} %}}"),
    NAMES.map(lambda name: f"{{% decrement {name} %}}"),
    st.builds(lambda one, two: f"{{% cycle {one}, {two} %}}", primitives, primitives),
    st.builds(lambda value: f"{{% echo {value} %}}", filtered()),
    st.sampled_from(["{% comment %}x{% endcomment %}", "{% raw %}{{ a }}{% endraw %}", "{% # note %}"]),
    st.sampled_from(["{% break %}", "{% continue %}"]),
)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, max_size=3).map("".join)
    loop_arguments = st.sampled_from(
        ["", " limit: 2", " offset: 1", " reversed", " limit: a", " limit:1 offset:b reversed"]
    )
    return st.one_of(
        st.builds(lambda c, b: f"{{% if {c} %}}{b}{{% endif %}}", conditions(), body),
        st.builds(
            lambda c, b, d, e, f: f"{{% if {c} %}}{b}{{% elsif {d} %}}{e}{{%- else -%}}{f}{{% endif %}}",
            *(conditions(), body, conditions(), body, body),
        ),
        st.builds(lambda c, b, e: f"{{% unless {c} %}}{b}{{% else %}}{e}{{% endunless %}}", conditions(), body, body),
        st.builds(
            lambda v, p, a, b, e: f"{{% for {v} in {p}{a} %}}{b}{{% else %}}{e}{{% endfor %}}",
            *(NAMES, primitives, loop_arguments, body, body),
        ),
        st.builds(lambda v, p, b: f"{{% for {v} in {p} %}}{b}{{% endfor %}}", NAMES, primitives, body),
        st.builds(lambda n, b: f"{{% capture {n} %}}{b}{{% endcapture %}}", NAMES, body),
        st.builds(
            lambda v, one, two, b, c, d: (
                f"{{% case {v} %}}{{% when {one}, {two} %}}{b}{{% when {two} %}}{c}{{% else %}}{d}{{% endcase %}}"
            ),
            *(primitives, primitives, primitives, body, body, body),
        ),
    )


templates = st.lists(st.recursive(leaves, blocks, max_leaves=12), max_size=5).map("".join)

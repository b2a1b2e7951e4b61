from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.care.return_policies.errors import UnusablePolicy
from aftercare.care.return_policies.policy.compiling import compile_policy
from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.reading import kept_policy, read_policy, stored
from aftercare.care.return_policies.starters import starters
from tests.care.return_policies.cast import effect, facts, judge

_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["refund", "EUR", "12-24", "2"])
)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
_NAMES = sorted({name for kind in (*conditions, *effects) for name in kind.Config.model_fields})
_CONFIG = st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=3)
_CONDITION = st.fixed_dictionaries({"kind": st.sampled_from(conditions.keys()), "config": _CONFIG})
_EFFECT = st.fixed_dictionaries({"kind": st.sampled_from(effects.keys()), "config": _CONFIG})
_RULE = st.fixed_dictionaries(
    {"name": st.text(max_size=4), "then": st.lists(_EFFECT | _JSON, max_size=2)},
    optional={"when": st.fixed_dictionaries({"parts": st.lists(_CONDITION | _JSON, max_size=2)}) | _JSON},
)


@given(said=st.fixed_dictionaries({"rules": st.lists(_RULE, max_size=2) | _JSON}) | st.dictionaries(st.text(), _JSON))
def test_whatever_is_sent_is_read_or_refused_by_its_field_with_a_remedy(said: dict[str, Any]) -> None:
    try:
        policy = read_policy(said, within="policy")
    except UnusablePolicy as refused:
        refusal = refused
    else:
        judge(compile_policy(policy), facts())
        assert kept_policy(stored(policy)) == policy
        return
    assert refusal.field.startswith("policy")
    assert refusal.sentence
    assert refusal.remedy


@pytest.mark.parametrize(
    ("rule", "field", "remedy"),
    [
        ({"then": []}, "rules[0].name", "A policy has a list of rules"),
        ({"name": "A", "then": [effect("widow", days=3)]}, "rules[0].then[0].kind", "Use one of: "),
        (
            {"name": "A", "then": [effect("window", day=3)]},
            "rules[0].then[0].config.days",
            "are: outcomes, days, counted_from.",
        ),
        (
            {"name": "A", "then": [effect("extension", until="31-01")]},
            "rules[0].then[0].config.until",
            "are: outcomes, until.",
        ),
        (
            {"name": "A", "when": {"parts": [{"parts": [{"kind": "season", "config": {"first": "1"}}]}]}},
            "rules[0].when.parts[0].parts[0].config.first",
            "are: first, last.",
        ),
        (
            {"name": "A", "then": [effect("keep_item", amount="1.999", currency="EUR")]},
            "rules[0].then[0].config.amount",
            "Round it",
        ),
    ],
)
def test_what_is_wrong_is_named(rule: dict[str, Any], field: str, remedy: str) -> None:
    with pytest.raises(UnusablePolicy) as refused:
        read_policy({"rules": [rule]})
    assert refused.value.field == field
    assert remedy in refused.value.remedy


def test_what_is_kept_is_what_was_read() -> None:
    for one in starters():
        assert kept_policy(stored(one.policy)) == one.policy

"""Definitions for tests, and any definition at all."""

from typing import Any

from hypothesis import strategies as st

from aftercare.engagement.journeys.definition import END, Definition

IS_DELIVERED = {"kind": "order_progress", "config": {"stages": ["delivered"]}}
NOT_CANCELLED = {"kind": "order_progress", "config": {"stages": ["cancelled"]}, "opposite": True}
CONFIGS: dict[str, dict[str, Any]] = {
    "wait": {"days": 1},
    "send": {"message": "thank_you"},
    "split": IS_DELIVERED,
    "wait_for": {"events": ["order.delivered"], "timeout_hours": 48},
    "exit": {},
}
WAYS = {"wait": (), "send": (), "split": ("yes", "no"), "wait_for": ("timeout",), "exit": ()}


def step(step_id: str, kind: str, config: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A step with settings that fit, unless told otherwise."""
    return {"id": step_id, "kind": kind, "config": CONFIGS[kind] if config is None else config, **more}


def defined(*steps: dict[str, Any], **more: Any) -> Definition:
    """A definition that begins with an order."""
    return Definition.model_validate({"trigger": "order.placed", "steps": list(steps), **more})


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Any steps that lead anywhere, circles and steps out of reach included."""
    kinds = draw(st.lists(st.sampled_from(sorted(CONFIGS)), max_size=9))
    ids = [f"s{number}" for number in range(len(kinds))]
    targets = st.sampled_from([*ids, END])
    steps = []
    for step_id, kind in zip(ids, kinds, strict=True):
        onward = draw(st.none() | targets) if kind not in ("exit", "split") else None
        ways = {way: draw(targets) for way in WAYS[kind] if draw(st.booleans())}
        steps.append(step(step_id, kind, next=onward, branches=ways))
    return defined(*steps)

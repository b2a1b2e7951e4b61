"""The house rules hold, and each is seen to fail on a planted violation."""

from collections.abc import Callable, Iterator

import pytest

from aftercare.commerce.platforms.connectors import registry as connectors
from aftercare.commerce.shipments.carriers import registry as carriers
from aftercare.engagement.journeys.conditions import conditions
from aftercare.engagement.journeys.steps import steps
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.segments.conditions import conditions as segment_conditions
from tests.conventions import rules
from tests.conventions.source import Module, modules, planted

Rule = Callable[[Module], Iterator[str]]
REGISTRIES = (carriers, channels, conditions, connectors, segment_conditions, steps)


def kind_keys(module: Module) -> Iterator[str]:
    return rules.kind_keys_elsewhere(module, {registry.package: set(registry.keys()) for registry in REGISTRIES})


PLANTED: dict[Rule, str] = {
    rules.long_files: "x = 1\n" * 401,
    rules.long_functions: "def f():\n" + "    x = 1\n" * 51,
    rules.hidden_imports: "def f():\n    from aftercare.commerce.orders import models\n",
    rules.system_clock: "from django.utils import timezone\nx = timezone.now()\n",
    rules.orm_writes_elsewhere: "Order.objects.filter(pk=1).update(note='')\n",
    rules.sql_writes_elsewhere: "q = 'UPDATE customers_customer SET name = 1 WHERE id = 2'\n",
    kind_keys: "if message.channel == 'email':\n    pass\n",
    rules.unfinished: "# TODO later\n",
}


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Rule) -> None:
    assert [f"{module.path}:{found}" for module in modules() for found in rule(module)] == []


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_rule_finds_what_is_planted(rule: Rule) -> None:
    assert list(rule(planted(PLANTED[rule])))

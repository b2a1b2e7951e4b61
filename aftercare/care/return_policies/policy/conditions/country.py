"""Country the order was sent to, by its two letters."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.phrases import country_name, words_or
from aftercare.care.return_policies.policy.condition_bases import WordsCondition, WordsConfig
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class CountryCondition(WordsCondition):
    """True where it is one of these."""

    key = "country"
    label = gettext_noop("Sent to a country")
    hint = gettext_noop("Where the order went")
    icon = "map-pin"
    phrase = gettext_lazy("sent to %(words)s")

    def describe(self, config: WordsConfig) -> str:
        return str(self.phrase) % {"words": words_or(country_name(code.upper()) for code in config.words)}

    def countries(self, config: WordsConfig) -> Sequence[str]:
        return [code.upper() for code in config.words]

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return (facts.order.country,)

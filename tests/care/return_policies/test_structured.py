from typing import Any

import pytest

from aftercare.care.return_policies.policy.compiling import CompiledPolicy
from aftercare.care.return_policies.structured import merchant_return_policies
from aftercare.foundation.stores.models import Store
from tests.care.return_policies.cast import NOW, begun_with, policy_of

# https://schema.org/MerchantReturnPolicy and https://schema.org/MerchantReturnPolicySeasonalOverride, version 29.
PROPERTIES = {
    "@context", "@type", "applicableCountry", "returnPolicyCountry", "merchantReturnLink", "returnPolicyCategory",
    "merchantReturnDays", "returnMethod", "refundType", "itemCondition", "returnFees", "returnShippingFeesAmount",
    "returnLabelSource", "customerRemorseReturnFees", "customerRemorseReturnShippingFeesAmount",
    "customerRemorseReturnLabelSource", "itemDefectReturnFees", "itemDefectReturnShippingFeesAmount",
    "itemDefectReturnLabelSource", "restockingFee", "returnPolicySeasonalOverride",
}  # fmt: skip
SEASONAL = {"@type", "startDate", "endDate", "returnPolicyCategory", "merchantReturnDays"}
# The members of each enumeration: https://schema.org/MerchantReturnEnumeration and so on.
ENUMERATIONS = {
    "returnPolicyCategory": {
        "MerchantReturnFiniteReturnWindow", "MerchantReturnNotPermitted", "MerchantReturnUnlimitedWindow",
        "MerchantReturnUnspecified",
    },
    "returnMethod": {"KeepProduct", "ReturnAtKiosk", "ReturnByMail", "ReturnInStore"},
    "refundType": {"ExchangeRefund", "FullRefund", "StoreCreditRefund"},
    "itemCondition": {"DamagedCondition", "NewCondition", "RefurbishedCondition", "UsedCondition"},
    "returnFees": {
        "FreeReturn", "OriginalShippingFees", "RestockingFees", "ReturnFeesCustomerResponsibility", "ReturnShippingFees",
    },
    "returnLabelSource": {"ReturnLabelCustomerResponsibility", "ReturnLabelDownloadAndPrint", "ReturnLabelInBox"},
}  # fmt: skip


def said_of(policy: CompiledPolicy, **of_store: str) -> list[dict[str, Any]]:
    store = Store(slug="juniper", **{"country": "DE", "currency": "EUR", **of_store})
    return merchant_return_policies(policy=policy, store=store, link="https://x.example/", today=NOW.date())


def check(said: dict[str, Any], properties: set[str]) -> None:
    assert set(said) <= properties
    for name, value in said.items():
        enumeration = next((one for key, one in ENUMERATIONS.items() if name.lower().endswith(key.lower())), None)
        for word in value if isinstance(value, list) else [value]:
            assert enumeration is None or word.removeprefix("https://schema.org/") in enumeration, (name, word)


@pytest.mark.parametrize(
    "key",
    ["days_60", "final_sale", "restocking_fee", "holiday_extension", "eu_and_us", "vip_free_returns", "keep_item"],
)
def test_only_properties_and_words_of_the_vocabulary_are_said(key: str) -> None:
    for said in said_of(begun_with(key)):
        check(said, PROPERTIES)
        for season in said.get("returnPolicySeasonalOverride", []):
            check(season, SEASONAL)


def test_it_is_worked_out_from_the_rules() -> None:
    (said,) = said_of(begun_with("days_60"))
    assert said["merchantReturnDays"] == 60
    assert said["returnFees"] == "https://schema.org/ReturnShippingFees"
    assert said["returnShippingFeesAmount"] == {"@type": "MonetaryAmount", "value": "4.95", "currency": "EUR"}
    assert said["itemDefectReturnFees"] == "https://schema.org/FreeReturn"
    (holiday,) = said_of(begun_with("holiday_extension"))[0]["returnPolicySeasonalOverride"]
    assert (holiday["startDate"], holiday["endDate"], holiday["merchantReturnDays"]) == (
        "2026-11-01",
        "2026-12-24",
        "2027-01-31",
    )


def test_countries_that_fare_alike_share_one_policy() -> None:
    europe, america = said_of(begun_with("eu_and_us"))
    assert "DE" in europe["applicableCountry"]
    assert (europe["merchantReturnDays"], america["applicableCountry"], america["merchantReturnDays"]) == (
        28,
        ["US"],
        30,
    )
    assert (europe["restockingFee"], america["restockingFee"]) == (0, 10)


def test_where_nothing_is_offered_the_law_is_all_there_is() -> None:
    (german,) = said_of(policy_of())
    assert (german["merchantReturnDays"], german["refundType"]) == (14, ["https://schema.org/FullRefund"])
    (american,) = said_of(policy_of(), country="US")
    assert american["returnPolicyCategory"] == "https://schema.org/MerchantReturnNotPermitted"

"""An address that its owner recognises and nobody else learns."""

from aftercare.commerce.orders.policy.masking import masked_address

FULL = {
    "recipient": "Sam Okafor",
    "street": "Ahornweg 3",
    "street2": "Rear building",
    "postcode": "04109",
    "city": "Leipzig",
    "country": "DE",
    "phone": "+4930123456",
}


def test_street_postcode_and_surname_are_cut_and_the_rest_is_left_out():
    assert masked_address(FULL) == {
        "name": "Sam",
        "street": "A…",
        "postcode": "04…",
        "city": "Leipzig",
        "country": "DE",
    }


def test_what_is_not_there_is_not_shown():
    assert masked_address({"city": "Leipzig", "street": "", "country": None}) == {"city": "Leipzig"}
    assert masked_address({}) == {}

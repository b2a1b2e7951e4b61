"""A rich order mail of the usual size, and the data of any number of orders for it."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.engagement.messaging.email.addresses import Address
from aftercare.engagement.messaging.email.mime import MessageInputs, Unsubscribe
from aftercare.foundation.kit.liquid.mjml import compile_mjml

SUBJECT = "Your order {{ order.number }} is on its way, {{ customer.first_name }}"

_TEXT = (
    "Every piece is checked by hand, wrapped in recycled paper and packed by people who have done so for years. "
    "If anything is not as you hoped, answer this mail: a person reads it, usually within two hours."
)
_CARE = "".join(
    f"<mj-section><mj-column><mj-text><h3>{title}</h3><p>{_TEXT}</p></mj-text></mj-column></mj-section>"
    for title in ("How it travels", "When it arrives", "How to care for it")
)
_MJML = f"""<mjml lang="{{{{ locale }}}}"><mj-head><mj-title>Order {{{{ order.number }}}}</mj-title>
<mj-preview>{{{{ shop.name }}}}: {{{{ shipment.carrier }}}} has your parcel</mj-preview>
<mj-attributes><mj-all font-family="Inter, Arial, sans-serif" /><mj-text font-size="14px" line-height="22px" /></mj-attributes>
</mj-head><mj-body background-color="#f4f4f5">
<mj-section background-color="#ffffff"><mj-column><mj-image src="{{{{ shop.logo }}}}" width="120px" alt="{{{{ shop.name }}}}" />
<mj-text><h1>Hello {{{{ customer.first_name }}}},</h1><p>your order <b>{{{{ order.number }}}}</b> of
{{{{ order.placed_at }}}} left us today with {{{{ shipment.carrier }}}}.</p></mj-text>
<mj-button href="{{{{ shipment.url }}}}" background-color="#1f2937">Follow parcel {{{{ shipment.number }}}}</mj-button>
<mj-text>Expected {{{{ shipment.expected }}}} at {{{{ address.name }}}}, {{{{ address.street }}}},
{{{{ address.postcode }}}} {{{{ address.city }}}}, {{{{ address.country }}}}.</mj-text></mj-column></mj-section>
<mj-section background-color="#ffffff"><mj-column><mj-table>
{{% for line in order.lines %}}<tr><td><img src="{{{{ line.image }}}}" width="64" alt=""></td>
<td>{{{{ line.title }}}}<br><small>{{{{ line.variant }}}}</small></td>
<td>{{{{ line.quantity }}}} pcs</td><td align="right">{{{{ line.price }}}}</td></tr>{{% endfor %}}
<tr><td colspan="3">Shipping</td><td align="right">{{{{ order.shipping }}}}</td></tr>
<tr><td colspan="3">Total, VAT of {{{{ order.tax }}}} included</td><td align="right"><b>{{{{ order.total }}}}</b></td></tr>
</mj-table>{{% if order.gift %}}<mj-text>Your greeting is in the parcel.</mj-text>{{% endif %}}</mj-column></mj-section>
{_CARE}
<mj-section><mj-column><mj-text font-size="12px">{{{{ shop.name }}}}, {{{{ shop.address }}}}, {{{{ shop.email }}}}.
Return within {{{{ policy.days }}}} days.</mj-text></mj-column></mj-section></mj-body></mjml>"""

HTML = compile_mjml(_MJML)

_FIRST = ("Sam", "Zoë", "Jürgen", "Ana", "Mohammed", "Léa", "Ole", "Yuki")
_LAST = ("Jones", "O'Neil", "Müller", "García", "Al-Sayed", "Kowalski", "Berg & Söhne")
_GOODS = ("Oak cutting board", "Linen apron", "Tea & cup set", 'Pan 12"', "Wool blanket <large>", "Brass lamp")
_START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def contexts(count: int, *, seed: int) -> list[dict[str, Any]]:
    """The data of `count` orders, five lines each, texts as they come out of the formatting of prices and dates."""
    chance = random.Random(seed)
    return [_context(number, chance) for number in range(count)]


def inputs(context: dict[str, Any], number: int) -> MessageInputs:
    """Message `number` of a campaign."""
    return MessageInputs(
        context=context,
        sender=Address("hello@shop.example", "Juniper & Oak"),
        recipient=Address(f"customer{number}@example.com", context["address"]["name"]),
        message_id=f"msg_{number:016d}@shop.example",
        date=_START + timedelta(seconds=number // 1000),
        unsubscribe=Unsubscribe(f"https://shop.example/unsubscribe/{number:032x}/"),
    )


def _context(number: int, chance: random.Random) -> dict[str, Any]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    lines = [
        {
            "title": chance.choice(_GOODS),
            "variant": f"size {chance.randint(1, 60)}",
            "quantity": chance.randint(1, 9),
            "price": f"€{chance.randint(5, 900)}.{chance.randint(0, 99):02}",
            "image": f"https://cdn.shop.example/p/{chance.getrandbits(48):012x}.jpg?w=128&h=128",
        }
        for _ in range(5)
    ]
    return {
        "locale": "en",
        "customer": {"first_name": first},
        "order": {
            "number": f"#{100_000 + number}", "placed_at": "20 November 2026", "lines": lines, "gift": number % 7 == 0,
            "shipping": "€4.90", "tax": f"€{chance.randint(1, 99)}.00", "total": f"€{chance.randint(100, 2000)}.40",
        },
        "shipment": {
            "carrier": chance.choice(("DHL", "UPS", "PostNord")), "number": str(chance.getrandbits(60)),
            "url": f"https://shop.example/track/{chance.getrandbits(160):040x}/", "expected": "24 to 26 November",
        },
        "address": {
            "name": f"{first} {last}", "street": f"Main Street {chance.randint(1, 300)}", "city": "Köln",
            "postcode": str(chance.randint(10_000, 99_999)), "country": "Germany",
        },
        "shop": {
            "name": "Juniper & Oak", "logo": "https://cdn.shop.example/logo.png", "email": "hello@shop.example",
            "address": "Oak Lane 1, Oxford",
        },
        "policy": {"days": 30},
    }  # fmt: skip

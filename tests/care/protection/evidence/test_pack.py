import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import orjson
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from aftercare.care.protection.evidence import Pack, gather, pack_zip
from aftercare.care.protection.vocabulary import ClaimKind
from aftercare.commerce.orders.models import Order
from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.protection.cast import claim_of, delivered, parcel_of, photo, set_rules, silent, valuable
from tests.commerce.shipments.parcels import NOW, announce, hours, scan, shipment
from tests.engagement.messaging.cast import request_for, with_templates
from tests.staffing import Staff

pytestmark = pytest.mark.django_db
ARABIC = {"recipient": "نور حداد", "street": "شارع الملك فهد ١٢", "city": "دبي", "country": "AE"}
LONG = "Herr Dr. Maximilian-Alexander von und zu Hohenlohe-Waldenburg-Schillingsfürst der Jüngere"


def pack_of(order: Order, store: Store) -> Pack:
    with store_scope(store.pk):
        return gather(order=order, store=store)


def files_of(pack: Pack) -> dict[str, bytes]:
    with ZipFile(BytesIO(pack_zip(pack))) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_all_that_is_known_is_in_it(store: Store) -> None:
    set_rules(store)
    parcel = delivered(store, signed_by="N. Nachbar")
    claim_of(parcel, store, ClaimKind.DAMAGED, now=hours(40), photos=[photo()])
    files = files_of(pack_of(parcel.order, store))
    facts = orjson.loads(files["facts.json"])
    assert facts["parcels"][0]["signed_by"] == "N. Nachbar"
    assert facts["protection"]["terms"] == 1
    assert facts["incidents"][0]["kind"] == "Damaged"
    (claim,) = facts["claims"]
    assert claim["told"] == "It never came"
    assert files[claim["photos"][0]["file"]].startswith(b"\xff\xd8")
    rows = list(csv.DictReader(StringIO(files["scans.csv"].decode("utf-8-sig"))))
    assert [row["place"] for row in rows] == ["Leipzig", ""]
    assert files["evidence.pdf"].startswith(b"%PDF-")


def test_messages_are_told_with_their_receipts(store: Store) -> None:
    order = valuable(store)
    with store_scope(store.pk):
        with_templates(store, NOW)
        with transaction.atomic():
            request_messages(requests=[request_for(order, NOW)], now=NOW)
        deliver_due(NOW)
        (message,) = pack_of(order, store).facts["messages"]
    assert (message["type"], message["recipient"]) == ("Order confirmed", "sam@example.com")
    assert message["sent_at"]


def test_the_same_data_make_the_same_bytes(store: Store) -> None:
    parcel = silent(store)
    claim_of(parcel, store)
    first, second = (pack_zip(pack_of(parcel.order, store)) for _ in range(2))
    assert first == second


def test_what_is_missing_leaves_no_hole_and_what_is_strange_breaks_nothing(store: Store) -> None:
    bare = valuable(store, "1", shipping_address=None, email=None)
    assert files_of(pack_of(bare, store))["evidence.pdf"].startswith(b"%PDF-")
    strange = valuable(
        store, "#*_$[2]", shipping_address={**ARABIC, "recipient": LONG}, email="a" * 60 + "@example.com"
    )
    pack = pack_of(strange, store)
    assert pack.name == "evidence-2"
    assert files_of(pack)["evidence.pdf"].startswith(b"%PDF-")


def test_a_carriers_words_become_no_formula(store: Store) -> None:
    valuable(store)
    announce(store, shipment("p", scans=(scan(4, "in_transit", text="=1+1"),)))
    with store_scope(store.pk):
        order = Order.objects.get()
    assert "'=1+1" in files_of(pack_of(order, store))["scans.csv"].decode("utf-8-sig")


def test_more_pieces_cost_no_more_queries(store: Store) -> None:
    def count(parcels: int) -> int:
        number = f"{parcels}0"
        order = valuable(store, number)
        for index in range(parcels):
            announce(store, shipment(f"{number}-{index}", order=number, scans=(scan(4, "in_transit"),)))
        with CaptureQueriesContext(connection) as captured:
            pack_of(order, store)
        return len(captured)

    assert count(1) == count(3)


def test_staff_download_it_from_the_order(store: Store) -> None:
    valuable(store)
    answer = Staff(store).get("evidence", parcel_of(store).order.public_id)
    assert answer["Content-Disposition"] == 'attachment; filename="evidence-1042.zip"'
    assert answer["Cache-Control"] == "private, no-store"

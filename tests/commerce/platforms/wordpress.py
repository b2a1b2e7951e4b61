"""A shop on WordPress that can be asked, on a real socket."""

import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from aftercare.commerce.platforms.actions import connect_shop
from aftercare.commerce.platforms.models import Connection
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import SECRET, woo_order
from tests.factories import NOW

PRODUCTS = [{"id": number, "name": f"Filter {number}", "status": "publish"} for number in (1, 2)]
CUSTOMERS = [{"id": 25, "email": "sam@example.org", "first_name": "Sam"}]
ORDERS = [woo_order(id=number, number=str(number)) for number in (701, 702, 703)]


class WordPress(ThreadingHTTPServer):
    """Answers two records a page; `troubles` are (status, headers) it answers first, each once."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.records: dict[str, list[dict[str, Any]]] = {
            "products": PRODUCTS, "customers": CUSTOMERS, "orders": ORDERS,
        }  # fmt: skip
        self.troubles: list[tuple[int, dict[str, str]]] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    server: WordPress

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        page = int(parse_qs(address.query)["page"][0])
        resource = address.path.rpartition("/")[2]
        self.server.asked.append(f"{resource} {page}")
        if self.server.troubles:
            self._answer(*self.server.troubles.pop(0), b"{}")
            return
        if b64decode(self.headers["Authorization"].removeprefix("Basic ")) != b"ck_1:cs_1":
            self._answer(401, {}, b"{}")
            return
        records = self.server.records[resource]
        pages = (len(records) + 1) // 2
        self._answer(200, {"X-WP-TotalPages": str(pages)}, orjson.dumps(records[2 * page - 2 : 2 * page]))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quietly."""


@contextmanager
def wordpress() -> Iterator[WordPress]:
    """The shop, as long as it is open."""
    server = WordPress()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def connect_wordpress(store: Store, server: WordPress, *, consumer_secret: str = "cs_1") -> Connection:
    """The store has told us a key that may read."""
    told = {"shop": server.url, "secret": SECRET, "consumer_key": "ck_1", "consumer_secret": consumer_secret}
    with store_scope(store.pk):
        return connect_shop(store_id=store.pk, platform="woocommerce", source="woo", settings=told, by="olga", now=NOW)

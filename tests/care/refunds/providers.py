"""Shopify, WooCommerce and Stripe on one real socket: they keep the refunds they make, and can be told to be in trouble."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

SHOPIFY, STRIPE = "juniper.myshopify.com", "api.stripe.com"


class Providers(ThreadingHTTPServer):
    """`troubles` is what the next calls that make a refund meet: "busy" (503), "slow down" (429), "refuse" (422), or
    "lost": it is made, and the answer never arrives. `left` is what Shopify says can still be given back."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.refunds: list[dict[str, Any]] = []
        self.troubles: list[str] = []
        self.left = "200.00"
        self.repeated: dict[str, dict[str, Any]] = {}
        self.is_garbled = False

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    server: Providers
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kept = [one["told"] for one in self.server.refunds]
        self._answer(200, {"data": kept} if self._is(STRIPE) else kept)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self._is(SHOPIFY):
            self._shopify(orjson.loads(body))
        elif self._is(STRIPE):
            self._stripe(dict(parse_qsl(body.decode())))
        else:
            assert urlsplit(self.path).path == "/wp-json/wc/v3/orders/701/refunds"
            told = orjson.loads(body)
            self._make(float(told["amount"]), {**told, "id": 9}, {"id": 9}, 201)

    def _shopify(self, asked: dict[str, Any]) -> None:
        if "query look" in asked["query"]:
            money = {"presentmentMoney": {"amount": self.server.left}}
            transactions = [{"gateway": "bogus", "parentTransaction": {"id": "gid://shopify/OrderTransaction/1"},
                             "maximumRefundableSet": money}]  # fmt: skip
            refunds = [{"id": one["id"], "note": one["told"]["note"]} for one in self.server.refunds]
            order = {"refunds": refunds, "suggestedRefund": {"suggestedTransactions": transactions}}
            self._answer(200, {"data": {"order": order}})
            return
        told = asked["variables"]["input"]
        answer = {"data": {"refundCreate": {"refund": {"id": "gid://shopify/Refund/9"}, "userErrors": []}}}
        self._make(sum(float(one["amount"]) for one in told["transactions"]), told, answer, 200)

    def _stripe(self, told: dict[str, str]) -> None:
        known = self.server.repeated.get(self.headers["Idempotency-Key"])
        if known:
            self._answer(200, known)
            return
        mark = {"aftercare_refund": told["metadata[aftercare_refund]"]}
        made = {"id": "re_9", "status": "succeeded", "metadata": mark}
        self._make(int(told["amount"]) / 100, made, made, 200)

    def _make(self, amount: float, told: dict[str, Any], answer: dict[str, Any], status: int) -> None:
        trouble = self.server.troubles.pop(0) if self.server.troubles else ""
        if trouble in {"busy", "slow down", "refuse"}:
            self._answer({"busy": 503, "slow down": 429, "refuse": 422}[trouble], {"message": trouble})
            return
        self.server.refunds.append({"id": "gid://shopify/Refund/9", "amount": amount, "told": told})
        if self._is(STRIPE):
            self.server.repeated[self.headers["Idempotency-Key"]] = answer
        if trouble == "lost":
            self.close_connection = True
            return
        self._answer(status, answer)

    def _is(self, host: str) -> bool:
        return self.headers.get("X-Forwarded-Host") == host

    def _answer(self, status: int, told: Any) -> None:
        body = b"<html>Under maintenance</html>" if self.server.is_garbled else orjson.dumps(told)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quietly."""


@contextmanager
def providing() -> Iterator[Providers]:
    """They answer, as long as it lasts."""
    server = Providers()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

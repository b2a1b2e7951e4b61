"""A carrier's API on 127.0.0.1, answering in the shape of UPS, and sometimes badly."""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

TOKEN = {
    "access_token": "opened", "token_type": "Bearer", "expires_in": "31536000", "issued_at": "1795000000000",
    "status": "approved",
}  # fmt: skip
KEYS = {"client_id": "juniper", "client_secret": "s3cret"}


class Asked(NamedTuple):
    """A request as it came in."""

    host: str
    path: str
    authorization: str


class FakeCarrier:
    """`parcels` are bodies by number; `status` and `headers` answer everything instead once set."""

    def __init__(self) -> None:
        self.parcels: dict[str, Any] = {}
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay = 0.0
        self.asked: list[Asked] = []
        self.address = ""

    def answer(self, path: str) -> tuple[int, bytes]:
        """What a request to this path is told."""
        if self.status != 200:
            return self.status, json.dumps(problem(str(self.status), "Not now")).encode()
        if "token" in path:
            return 200, json.dumps(TOKEN).encode()
        number = path.rpartition("/")[2]
        if number not in self.parcels:
            return 404, json.dumps(problem("TW0001", "Tracking Information Not Found")).encode()
        body = self.parcels[number]
        return 200, body if isinstance(body, bytes) else json.dumps(body).encode()

    @property
    def numbers(self) -> list[str]:
        """Which parcels were asked about, in order."""
        return [asked.path.rpartition("/")[2] for asked in self.asked if "token" not in asked.path]


@contextmanager
def fake_carrier() -> Iterator[FakeCarrier]:
    """Open for business while the context lasts."""
    carrier = FakeCarrier()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = urlsplit(self.path).path
            host = self.headers.get("X-Forwarded-Host", "")
            carrier.asked.append(Asked(host, path, self.headers.get("Authorization", "")))
            status, body = carrier.answer(path)
            time.sleep(carrier.delay)
            self.send_response(status)
            for name, value in carrier.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve  # noqa: N815 -- as the library calls them

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    carrier.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield carrier
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def problem(code: str, message: str) -> dict[str, Any]:
    """How UPS says that something is wrong."""
    return {"response": {"errors": [{"code": code, "message": message}]}}


def activity(date: str, time: str, kind: str, code: str, words: str, city: str = "Louisville") -> dict[str, Any]:
    """One scan."""
    return {
        "date": date, "time": time,
        "status": {"type": kind, "code": code, "description": words},
        "location": {"address": {"city": city, "stateProvince": "KY", "postalCode": "40214", "country": "US"}},
    }  # fmt: skip


def parcel(number: str, activities: Sequence[Mapping[str, Any]], **said: Any) -> dict[str, Any]:
    """A tracking answer, the newest scan first."""
    package = {
        "trackingNumber": number, "activity": list(activities), "deliveryDate": [{"type": "DEL", "date": "20261123"}],
        "deliveryInformation": {}, "weight": {"unitOfMeasurement": "LBS", "weight": "2.40"},
        "service": {"code": "03", "description": "UPS Ground"}, **said,
    }  # fmt: skip
    return {"trackResponse": {"shipment": [{"inquiryNumber": number, "package": [package]}]}}


UNDER_WAY = (
    activity("20261121", "061500", "I", "OT", "Out For Delivery Today"),
    activity("20261120", "221000", "I", "AR", "Arrived at Facility"),
    activity("20261120", "090500", "M", "MP", "Shipper created a label"),
)
ARRIVED = (activity("20261121", "141500", "D", "FS", "DELIVERED"), *UNDER_WAY)


def fedex_answer(*numbers: str) -> dict[str, Any]:
    """FedEx answers about many numbers at once, the unknown ones among them."""
    scan = {
        "date": "2026-11-21T08:15:00-05:00", "eventType": "OD", "eventDescription": "On FedEx vehicle for delivery",
        "scanLocation": {"city": "Newark", "stateOrProvinceCode": "NJ", "postalCode": "07102", "countryCode": "US"},
    }  # fmt: skip
    result = {"latestStatusDetail": {"code": "OD", "description": "Out"}, "scanEvents": [scan]}
    found = [{"trackingNumber": number, "trackResults": [result]} for number in numbers]
    return {"output": {"completeTrackResults": found}}

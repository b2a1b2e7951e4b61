"""A gateway on 127.0.0.1 that stands before every mail provider, answers as each of them documents, and remembers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SAM = "sam@example.com"
ANSWERS: dict[str, tuple[int, dict[str, str], Any]] = {
    "brevo": (201, {}, {"messageId": "<id-1@smtp-relay.mailin.fr>"}),
    "mailersend": (202, {"X-Message-Id": "id-1"}, None),
    "mailgun": (200, {}, {"id": "<id-1@mg.example.com>", "message": "Queued. Thank you."}),
    "mailjet": (200, {}, {"Messages": [{
        "Status": "success", "To": [{"Email": SAM, "MessageUUID": "u", "MessageID": 19421777835146490}], "Cc": [], "Bcc": [],
    }]}),
    "mailtrap": (200, {}, {"success": True, "message_ids": ["id-1"]}),
    "mandrill": (200, {}, [{"email": SAM, "status": "sent", "_id": "id-1"}]),
    "postal": (200, {}, {
        "status": "success", "data": {"message_id": "id-1", "messages": {SAM: {"id": 1, "token": "t"}}},
    }),
    "postmark": (200, {}, {
        "To": SAM, "SubmittedAt": "2026-11-22T10:00:00Z", "MessageID": "id-1", "ErrorCode": 0, "Message": "OK",
    }),
    "resend": (200, {}, {"id": "id-1"}),
    "scaleway": (200, {}, {"emails": [{"id": "id-1", "message_id": "m", "status": "new", "mail_rcpt": SAM}]}),
    "sendgrid": (202, {}, None),
    "sparkpost": (200, {}, {"results": {
        "total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "id-1",
    }}),
    "unisender_go": (200, {}, {"status": "success", "job_id": "id-1", "emails": [SAM]}),
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """What came: to which host and path, with which headers, and the body."""

    host: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)


class Gateway(ThreadingHTTPServer):
    """`answer` is what every call gets."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.calls: list[Call] = []
        self.answer: tuple[int, dict[str, str], Any] = ANSWERS["postmark"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Conversation(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append(Call(headers.get("x-forwarded-host", ""), self.path, headers, body))
        status, told, document = self.server.answer
        content = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        for name, value in told.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html" if document is None else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running_gateway() -> Iterator[Gateway]:
    """Within, it listens."""
    with Gateway() as gateway:
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        try:
            yield gateway
        finally:
            gateway.shutdown()

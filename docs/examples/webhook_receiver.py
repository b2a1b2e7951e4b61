"""A receiver of webhooks: checks who calls, takes each call once, and answers before it works.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_… python webhook_receiver.py

Then add http://localhost:9000/ under Webhooks in the console of the demo. What arrives is printed and kept in
received.sqlite. Elsewhere, put it behind https.
"""

import json
import os
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

PORT = int(os.environ.get("PORT", "9000"))
LARGEST = 1_000_000


class Receiver(BaseHTTPRequestHandler):
    """Answers 2xx for what is kept, 4xx for what is not from Aftercare."""

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 < size <= LARGEST:
            self.answer(413)
            return
        body = self.rfile.read(size)
        try:
            # Over the bytes as they came: parsing first and writing again would change them. Old calls are refused too.
            said = self.server.webhook.verify(body, {name.lower(): value for name, value in self.headers.items()})
        except WebhookVerificationError as error:
            print("refused:", error)
            self.answer(401)
            return
        if self.keep(self.headers["webhook-id"], body):
            print(said["type"], said.get("about"), json.dumps(said["data"]))
        # 2xx also where it was taken before: else it would come again and again.
        self.answer(204)

    def keep(self, call_id: str, body: bytes) -> bool:
        """Write it down; False where a call of this id was written down before."""
        with self.server.store as store:
            kept = store.execute("INSERT OR IGNORE INTO received VALUES (?, ?)", (call_id, body))
        return kept.rowcount == 1

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def main() -> None:
    server = HTTPServer(("127.0.0.1", PORT), Receiver)
    server.webhook = Webhook(os.environ["WEBHOOK_SECRET"])
    server.store = sqlite3.connect("received.sqlite")
    server.store.execute("CREATE TABLE IF NOT EXISTS received (id TEXT PRIMARY KEY, body BLOB)")
    print(f"listening on http://localhost:{PORT}/")
    server.serve_forever()


if __name__ == "__main__":
    main()

"""Recorded answers of carriers, put through the very path on which workers ask: python -m bench.carrier_answers --data DIR

DIR holds a folder for each carrier, with its answers (`test_tracking__TrackingResponse.json`) and what karrio's authors
expect of some (`test_tracking__ParsedTrackingResponse.json`). A local server answers as the carrier would. Printed is
what became of each: taken or refused, why, and whether it agrees with what was expected. With --mutations every answer
is also spoilt that often, by chance, and recorded on a parcel: nothing may fail, and no parcel may be left half-written.
"""

import json
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any

from bench.recordings import Recordings
from bench.scratch import scratch_database

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TOKEN = {
    "access_token": "t", "id_token": "t", "accessToken": "t", "token": "t", "token_type": "Bearer", "status": "approved",
    "expires_in": 86_400, "expiresIn": 86_400, "issued_at": str(int(NOW.timestamp() * 1000)),
}  # fmt: skip
SOAP_TOKEN = (
    b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><getAuthResponse><return><delisId>d'
    b"</delisId><authToken>t</authToken><depot>1</depot><authTokenExpires>2036-01-01T00:00:00.00</authTokenExpires>"
    b"</return></getAuthResponse></e:Body></e:Envelope>"
)
OPENS = re.compile(r"oauth|token|/auth|login", re.IGNORECASE)
NOT_AN_ANSWER = re.compile(r"parsed|request|payload|_data\b|Data\.|base64|expected", re.IGNORECASE)
LEAF = re.compile(r"<([\w:.-]+)[^<>]*>([^<]*)</\1>")
WORDS = ("", "0", "-1", "9" * 400, "ä" * 40, "2026-13-45", "true", "Delivered", "99:99", "  ")
GARBAGE: tuple[Any, ...] = (None, "", 0, -1, [], {}, "\x00", "9" * 400, "ä" * 40, True, [None], {"a": []}, "2026-13-45")


class Replay:
    """A carrier's server: opens for every key, and then says the one thing it was told to say."""

    def __init__(self) -> None:
        self.body = b""
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = replay.body
                if OPENS.search(self.path):
                    body = SOAP_TOKEN if "soap" in self.path else json.dumps(TOKEN).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _serve  # noqa: N815 -- as the library calls them

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"


@dataclass
class Tally:
    """What the table sums up to."""

    rows: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def main() -> int:
    """The exit code tells whether nothing failed and everything expected was met."""
    given = Recordings(
        "carrier_answers", reads="Read what carriers answer.", holds="a folder for each, called as karrio calls it"
    )
    with scratch_database():
        # Only now: the models cannot be imported before the scratch database is Django's.
        from bench.carrier_replay import Desk  # noqa: PLC0415

        replay, tally = Replay(), Tally()
        desk = Desk(gateway=replay.address, now=NOW)
        print(f"{'carrier':14} {'answer':46} {'became':9} what")
        for folder in sorted(path for path in given.data.iterdir() if path.is_dir()):
            if folder.name not in desk.connectors:
                print(f"{folder.name:14} {'':46} {'-':9} no connector of karrio tracks for it")
                continue
            answers = [path for path in sorted(folder.iterdir()) if not NOT_AN_ANSWER.search(path.name)]
            for path in answers:
                _one(desk, replay, folder.name, path, tally)
            if given.mutations:
                _spoil(desk, replay, folder.name, answers, given.mutations, Random(given.seed), tally)
        desk.close()
    print(", ".join(f"{count} {what}" for what, count in sorted(tally.rows.items())))
    for failure in tally.failures:
        print("FAILED", failure)
    return given.exit_code(read=tally.rows.total(), failed=len(tally.failures) + tally.rows["differs"])


def _one(desk: Any, replay: Replay, connector: str, path: Path, tally: Tally) -> None:
    replay.body = path.read_bytes()
    expected = _expected(path)
    number = expected[0][0]["tracking_number"] if expected and expected[0] else "N1"
    try:
        became, what, told = desk.ask(connector, number)
    except Exception as error:  # noqa: BLE001 -- what this looks for
        tally.failures.append(f"{connector}/{path.name}: {type(error).__name__}: {error}")
        return
    tally.rows[became] += 1
    verdict = ""
    if expected is not None:
        differences = list(_differences(expected, told, what))
        tally.rows["differs" if differences else "agrees"] += 1
        verdict = f"DIFFERS: {'; '.join(differences)}" if differences else "agrees"
    what = " ".join(what.split())
    finer = f" [{desk.finer(expected, told)}]" if expected and told and desk.finer(expected, told) else ""
    print(f"{connector:14} {path.name[:46]:46} {became:9} {verdict}{finer} {what}"[:230].rstrip())


def _expected(path: Path) -> Any:
    """The parse that stands beside an answer, found by its name."""
    if not path.name.startswith("test_tracking__"):
        return None
    wanted = _stem(path.name)
    beside = {_stem(one.name): one for one in path.parent.glob("test_tracking__*") if "parsed" in one.name.lower()}
    found = beside.get(wanted) or next(
        (one for stem, one in beside.items() if wanted and stem.startswith(wanted)), None
    )
    return json.loads(found.read_text(encoding="utf-8")) if found else None


def _stem(name: str) -> str:
    words = name.partition("__")[2].rpartition(".")[0].lower().replace("_", "")
    return re.sub("parsed|tracking(?=response|error|number)|response|json|xml", "", words)


def _differences(expected: Any, told: Any, what: str) -> Iterator[str]:
    """Where an update is not what karrio's authors expect of this answer; what we hear better is not among it."""
    details, messages = expected
    if not details:
        if told is not None:
            yield "taken, and expected to be refused"
        elif messages and str(messages[0].get("code") or "") not in what and messages[0].get("message", "") not in what:
            yield f"refused without the carrier's reason ({messages[0].get('code')} {messages[0].get('message')})"
        return
    if told is None:
        yield f"refused, and expected to be taken ({what})"
        return
    events = [one for one in details[0]["events"] if one.get("date")]
    if len(events) != len(told.scans):
        yield f"{len(told.scans)} scans of {len(events)}"
    for event, scan in zip(events, told.scans, strict=False):
        if str(event.get("code") or "")[:60] != scan.code:
            yield f"code {scan.code} for {event.get('code')}"
        if event.get("timestamp") and event["timestamp"][:19] != f"{scan.at:%Y-%m-%dT%H:%M:%S}":
            yield f"time {scan.at} for {event['timestamp']}"
    delivered = any(scan.status == "delivered" for scan in told.scans)
    if details[0].get("delivered") and not delivered:
        yield "delivered, and not so understood"


def _spoil(
    desk: Any, replay: Replay, connector: str, answers: list[Path], count: int, chance: Random, tally: Tally
) -> None:  # fmt: skip
    tracking = [path.read_bytes() for path in answers if path.name.startswith("test_tracking__")]
    outcomes: Counter[str] = Counter()
    for turn in range(count if tracking else 0):
        replay.body = spoilt(tracking[turn % len(tracking)], chance)
        try:
            outcomes[desk.record(connector)] += 1
        except Exception as error:  # noqa: BLE001 -- what this looks for
            tally.failures.append(f"{connector}, mutation {turn}: {type(error).__name__}: {error}")
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(outcomes.items()))
    print(f"{connector:14} {f'{count:,} mutations':46} {'':9} {told}")


def spoilt(body: bytes, chance: Random) -> bytes:
    """An answer with something missing, doubled, or turned into something else: by its parts, or one in five by bytes."""
    if chance.random() < 0.2:
        return _spoilt_bytes(body, chance)
    try:
        whole = json.loads(body)
    except ValueError:
        return _spoilt_elements(body.decode(), chance).encode()
    box = [whole]
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(list(_places(box)))
        match chance.randrange(3):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.append(holder[key])
            case _:
                holder[key] = deepcopy(chance.choice(GARBAGE))
    return json.dumps(box[0]).encode()


def _spoilt_elements(text: str, chance: Random) -> str:
    for _ in range(chance.randint(1, 3)):
        leaves = list(LEAF.finditer(text))
        if not leaves:
            break
        leaf = chance.choice(leaves)
        piece = chance.choice(("", leaf[0] * 2, leaf[0].replace(f">{leaf[2]}<", f">{chance.choice(WORDS)}<")))
        text = text[: leaf.start()] + piece + text[leaf.end() :]
    return text


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in parts:
        yield node, key
        yield from _places(inner)


def _spoilt_bytes(body: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice((1, 4, 30, 400)))
    piece = chance.choice((b"", b"\x00", b"<", b"9999999999", body[start:end] * 2, "ä".encode(), b"</"))
    return body[:start] + piece + body[end:]


if __name__ == "__main__":
    sys.exit(main())

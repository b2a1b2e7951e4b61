"""A name server on 127.0.0.1, with what the test puts into its zone."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Zone = dict[tuple[str, str], list[str]]


class NameServer(socketserver.ThreadingUDPServer):
    """`zone` maps name and type to what stands there; `silent` names get no answer at all."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Question)
        self.zone: Zone = {}
        self.silent: set[str] = set()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Question(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        data, sock = self.request
        query = dns.message.from_wire(data)
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(asked.rdtype)
        if name in self.server.silent:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        texts = self.server.zone.get((name, kind))
        if texts is not None:
            shown = [f'"{text}"' if kind == "TXT" else text for text in texts]
            answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, shown))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        sock.sendto(answer.to_wire(), self.client_address)


@contextmanager
def running_name_server() -> Iterator[NameServer]:
    """Within, it answers."""
    with NameServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()

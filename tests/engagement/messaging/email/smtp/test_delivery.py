"""Every message of a batch has its true result, whatever the server does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.email.smtp.delivery import Outgoing
from aftercare.engagement.messaging.email.smtp.pool import ConnectionPool
from aftercare.engagement.messaging.email.smtp.relay import Relay
from aftercare.engagement.messaging.email.smtp.results import Accepted, NotSent, Refused, SendResult, Unknown
from tests.engagement.messaging.email.smtp.scripted_server import EVERYTHING, ScriptedServer
from tests.engagement.messaging.email.smtp.sending import sent

LOCK_STEP = tuple(name for name in EVERYTHING if name != "PIPELINING")

MORE_THAN_SOCKETS_HOLD = b"Subject: x\r\n\r\n" + b"x" * 12_000_000


@pytest.fixture
def pool() -> Iterator[ConnectionPool]:
    pool = ConnectionPool()
    yield pool
    pool.close()


def relay(server: ScriptedServer, **options: object) -> Relay:
    base = Relay(host="127.0.0.1", port=server.port, security="none", connections=1, timeout=5, final_timeout=5)
    return replace(base, **options)  # type: ignore[arg-type]


def mail(recipient: str = "sam", *, sender: str = "shop", content: bytes = b"Subject: x\r\n\r\nHello\r\n") -> Outgoing:
    return Outgoing(sender=f"{sender}@shop.example", recipient=f"{recipient}@example.com", content=content)


def kinds(results: list[SendResult]) -> list[str]:
    return [type(result).__name__ for result in results]


@pytest.mark.parametrize("extensions", [EVERYTHING, LOCK_STEP, ("SIZE",), ()], ids=["all", "lock step", "few", "HELO"])
@pytest.mark.parametrize("connections", [1, 3])
def test_a_batch_arrives_in_full(extensions: tuple[str, ...], connections: int, pool: ConnectionPool) -> None:
    with ScriptedServer(extensions=extensions) as server:
        batch = [mail(f"sam{number}", content=b"Subject: %d\r\n\r\nHi\r\n" % number) for number in range(20)]
        results = sent(batch, relay=relay(server, connections=connections), pool=pool)
        assert kinds(results) == ["Accepted"] * 20
        assert sorted((m.recipient, m.content) for m in server.received) == sorted(
            (m.recipient, m.content) for m in batch
        )
        assert server.connections == connections
        assert server.violations == []


def test_with_pipelining_content_and_next_envelope_travel_together(pool: ConnectionPool) -> None:
    with ScriptedServer(watches=True) as server:
        sent([mail("a"), mail("b"), mail("c")], relay=relay(server), pool=pool)
        # What had arrived when the server answered: the whole envelope at MAIL, the next one at the content's dot.
        assert server.ahead["MAIL"] == ["RCPT", "DATA"] * 3
        assert server.ahead["."] == ["MAIL", "RCPT", "DATA"] * 2


@pytest.mark.parametrize("extensions", [EVERYTHING, LOCK_STEP], ids=["pipelined", "lock step"])
@pytest.mark.parametrize("takes_content_for_nobody", [False, True])
def test_a_refused_message_does_not_touch_its_neighbours(
    extensions: tuple[str, ...], *, takes_content_for_nobody: bool, pool: ConnectionPool
) -> None:
    batch = [
        mail("a"),
        mail("rcpt.550.x"),
        mail("b"),
        mail("rcpt.451.x"),
        mail("data.554.x"),
        mail("dot.552.x"),
        mail("dot.450.x"),
        mail("c"),
        mail("d", sender="mail.553.x"),
        mail("e", sender="mail.452.x"),
        mail("f"),
    ]
    with ScriptedServer(extensions=extensions, takes_content_for_nobody=takes_content_for_nobody) as server:
        results = sent(batch, relay=relay(server), pool=pool)
        assert [r.code if isinstance(r, Refused) else type(r).__name__ for r in results] == [
            *("Accepted", 550, "Accepted", 451, 554, 552, 450, "Accepted", 553, 452, "Accepted")
        ]
        assert [r.permanent for r in results if isinstance(r, Refused)] == [True, False, True, True, False, True, False]
        assert results[1] == Refused(code=550, enhanced="5.1.1", text="5.1.1 scripted", permanent=True)
        assert [m.recipient for m in server.received] == [f"{name}@example.com" for name in "abcf"]
        assert server.connections == 1
        assert server.violations == []


def test_a_connection_that_ends_before_the_answer_leaves_the_message_unknown(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        results = sent([mail("a"), mail("drop.dot.x"), mail("b")], relay=relay(server), pool=pool)
        assert kinds(results) == ["Accepted", "Unknown", "Accepted"]
        assert [m.recipient for m in server.received] == ["a@example.com", "b@example.com"]
        assert server.connections == 2


def test_a_connection_that_ends_within_the_content_leaves_it_unsent_and_it_is_tried_again(pool: ConnectionPool) -> None:
    with ScriptedServer(extensions=("PIPELINING",)) as server:
        results = sent(
            [mail("drop.data.once.x", content=MORE_THAN_SOCKETS_HOLD), mail("b")], relay=relay(server), pool=pool
        )
        assert kinds(results) == ["Accepted", "Accepted"]
        assert len(server.received) == 2


def test_what_is_never_taken_is_not_tried_for_ever(pool: ConnectionPool) -> None:
    with ScriptedServer(extensions=("PIPELINING",)) as server:
        results = sent([mail("drop.data.x", content=MORE_THAN_SOCKETS_HOLD), mail("b")], relay=relay(server), pool=pool)
        assert kinds(results) == ["NotSent", "Accepted"]
        assert server.connections <= 4


def test_a_server_that_hangs_up_with_421_gets_the_rest_on_another_connection(pool: ConnectionPool) -> None:
    with ScriptedServer(most_messages=3) as server:
        results = sent([mail(f"m{n}") for n in range(10)], relay=relay(server), pool=pool)
        assert kinds(results) == ["Accepted"] * 10
        assert sorted(m.recipient for m in server.received) == [f"m{n}@example.com" for n in range(10)]
        assert server.connections == 4


def test_a_server_that_ends_every_connection_is_not_asked_for_ever(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        batch = [mail(f"m{n}", sender="mail.421.x") for n in range(100)]
        results = sent(batch, relay=relay(server), pool=pool)
        assert kinds(results) == ["NotSent"] * 100
        assert server.connections <= 10


def test_a_server_that_never_answers_a_content_does_not_make_a_whole_campaign_unknown(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        results = sent([mail("drop.dot.x") for _ in range(50)], relay=relay(server), pool=pool)
        assert kinds(results).count("Unknown") <= 10
        assert set(kinds(results)) == {"Unknown", "NotSent"}


def test_a_message_that_ends_its_connection_waits_for_the_others(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        results = sent([mail("data.421.x"), *[mail(f"m{n}") for n in range(5)]], relay=relay(server), pool=pool)
        assert kinds(results) == ["NotSent"] + ["Accepted"] * 5
        assert server.connections <= 4


def test_a_server_that_takes_few_connections_is_not_pressed_for_more(pool: ConnectionPool) -> None:
    with ScriptedServer(most_connections=1) as server:
        results = sent([mail(f"m{n}") for n in range(20)], relay=relay(server, connections=3), pool=pool)
        assert kinds(results) == ["Accepted"] * 20
        assert server.connections == 2


def test_421_to_a_content_is_a_refusal_for_now(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        results = sent([mail("dot.421.x"), mail("b")], relay=relay(server), pool=pool)
        assert results[0] == Refused(code=421, enhanced="4.1.1", text="4.1.1 scripted", permanent=False)
        assert kinds(results) == ["Refused", "Accepted"]


def test_our_own_limit_of_messages_per_connection_is_kept(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        to = relay(server, max_messages=4)
        assert kinds(sent([mail()] * 6, relay=to, pool=pool)) == ["Accepted"] * 6
        assert kinds(sent([mail()] * 3, relay=to, pool=pool)) == ["Accepted"] * 3
        assert server.connections == 3
        assert [command for command in server.commands if command == "QUIT"] == ["QUIT"] * 2


def test_an_answer_that_does_not_come_in_time_leaves_the_message_unknown(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        results = sent([mail("slow.dot.x"), mail("b")], relay=relay(server, final_timeout=0.2), pool=pool)
        assert isinstance(results[0], Unknown)
        assert results[0].reason == "the server did not answer in time"
        assert kinds(results) == ["Unknown", "Accepted"]


def test_slow_servers_are_waited_for(pool: ConnectionPool) -> None:
    with ScriptedServer(delay=0.02) as server:
        assert kinds(sent([mail("slow.dot.x"), mail("b")], relay=relay(server), pool=pool)) == ["Accepted"] * 2


def test_connections_are_kept_for_the_next_batch(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        for _ in range(3):
            sent([mail(), mail()], relay=relay(server, connections=2), pool=pool)
        assert server.connections == 2


def test_a_kept_connection_that_the_server_closed_is_replaced(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        sent([mail()], relay=relay(server), pool=pool)
        server.open[0].sendall(b"421 4.4.2 idle for too long\r\n")
        server.threads[0].join(0.1)
        assert kinds(sent([mail()], relay=relay(server), pool=pool)) == ["Accepted"]
        assert server.connections == 2


def test_without_a_server_nothing_is_sent(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        gone = relay(server)
    results = sent([mail(), mail()], relay=gone, pool=pool)
    assert kinds(results) == ["NotSent"] * 2
    assert isinstance(results[0], NotSent)
    assert "does not answer" in results[0].reason


def test_no_messages_need_no_server(pool: ConnectionPool) -> None:
    assert sent([], relay=Relay(host="127.0.0.1", port=1), pool=pool) == []


@pytest.mark.parametrize("recipient", ["no-at-sign", "a b", "x>\r\nRCPT TO:<y", "", "a..b", "é@", "<x>"])
def test_what_is_no_address_is_refused_here(recipient: str, pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        bad = Outgoing(sender="shop@shop.example", recipient=recipient, content=b"x")
        results = sent([mail("a"), bad, mail("b")], relay=relay(server), pool=pool)
        assert kinds(results) == ["Accepted", "Refused", "Accepted"]
        assert isinstance(results[1], Refused)
        assert results[1].enhanced == "5.1.3"
        assert len(server.received) == 2


def test_bounces_may_have_no_sender(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        message = Outgoing(sender="", recipient="sam@example.com", content=b"x")
        assert kinds(sent([message], relay=relay(server), pool=pool)) == ["Accepted"]
        assert server.received[0].sender == ""


def test_what_the_server_cannot_take_is_refused_before_it_is_sent(pool: ConnectionPool) -> None:
    batch = [
        mail(content=b"x" * 200),
        mail("grüße"),
        mail(content="Größe".encode()),
        mail(),
    ]
    with ScriptedServer(extensions=("PIPELINING", "SIZE 100")) as server:
        results = sent(batch, relay=relay(server), pool=pool)
        assert [r.enhanced if isinstance(r, Refused) else "" for r in results] == ["5.3.4", "5.6.7", "5.6.3", ""]
    with ScriptedServer() as server:
        assert kinds(sent(batch, relay=relay(server), pool=pool)) == ["Accepted"] * 4
        parameters = [command.partition(">")[2].split() for command in server.commands if command.startswith("MAIL")]
        assert parameters == [
            ["SIZE=202"],
            ["SIZE=21", "SMTPUTF8"],
            ["SIZE=9", "BODY=8BITMIME"],
            ["SIZE=21"],
        ]


def test_international_domains_travel_in_ascii(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        message = Outgoing(sender="shop@shop.example", recipient="sam@bücher.example", content=b"x")
        assert kinds(sent([message], relay=relay(server), pool=pool)) == ["Accepted"]
        assert server.received[0].recipient == "sam@xn--bcher-kva.example"


SCRIPTS = st.sampled_from(
    [
        *("a", "b", "rcpt.550.x", "rcpt.450.x", "data.554.x", "dot.552.x", "dot.451.x", "drop.dot.x"),
        *("dot.421.x", "rcpt.421.x", "data.421.x"),
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(scripts=["a"] * 7, pipelining=False, connections=1, most_messages=1)
@given(
    scripts=st.lists(SCRIPTS, max_size=7),  # more of the wrong kind in a row, and the relay counts as down
    pipelining=st.booleans(),
    connections=st.integers(1, 3),
    most_messages=st.integers(0, 4),
)
def test_results_and_what_the_server_has_agree(
    scripts: list[str], *, pipelining: bool, connections: int, most_messages: int, pool: ConnectionPool
) -> None:
    batch = [mail(script, content=b"Subject: %d\r\n\r\n" % number) for number, script in enumerate(scripts)]
    extensions = EVERYTHING if pipelining else LOCK_STEP
    with ScriptedServer(extensions=extensions, most_messages=most_messages) as server:
        results = sent(batch, relay=relay(server, connections=connections), pool=pool)
        pool.close()
        taken = [m.content for m in server.received]
        assert sorted(taken) == sorted(
            m.content for m, r in zip(batch, results, strict=True) if isinstance(r, Accepted)
        )
        for script, result in zip(scripts, results, strict=True):
            match script.split("."):
                case [_]:
                    assert isinstance(result, Accepted)
                case ["drop", *_]:
                    assert isinstance(result, Unknown)
                case ["dot", "421", _]:
                    assert isinstance(result, Refused)
                case [_, "421", _]:
                    assert isinstance(result, NotSent)
                case [_, code, _]:
                    assert isinstance(result, Refused)
                    assert result.code == int(code)
        assert server.violations == []

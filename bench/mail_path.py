"""The mail path without the database: template to bytes to SMTP (goal 1), signing (goal 2), rendering (goal 16).

The limit is a socket loop that writes ready-made messages, pipelined like ours, to the same sink in the same run. All
senders are processes of their own, as workers are in production; CPU and memory are theirs, the sink's is told apart.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection
from typing import Any

import dkim
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.template import engines

from aftercare.engagement.messaging.email.dkim import Signer
from aftercare.engagement.messaging.email.mime import assemble, prepare_mail
from aftercare.foundation.kit.liquid.template import compile_template
from bench.harness import Contender, Options, Spread, middle, ratio, take_turns, verdict
from bench.mail_senders import ROLES, WARMING_UP, Task, Turn, private_key, serve
from bench.order_mail import HTML, SUBJECT, contexts, inputs
from bench.sink import Sink

GOAL_PATH = 0.60  # of the raw socket's rate; with the database it must still be reached (goal 1)
GOAL_SIGNED = 2_300
GOAL_SIGNING = 2.0  # times the raw RSA signature
GOAL_DKIMPY = 14
GOAL_RENDERING = 5.0  # times Django's
GOAL_MEMORY = 150  # MB, all senders


def run(options: Options) -> bool:
    """Two sizes of campaigns, one and two processes; then signing and rendering alone."""
    sizes = (200, 400) if options.quick else (5_000, 20_000)
    met = [_campaign(size, options) for size in sizes]
    return all([*met, _signing(options), _rendering(options)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """One turn of some senders together."""

    sent: int
    rate: float
    cpu: float  # µs per message, senders only
    sink_cpu: float
    memory: float  # MB, all senders


class Senders:
    """Processes of one role that stay, with templates compiled and connections open, and are told when to send."""

    def __init__(self, role: str, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.role = role
        self.pipes: list[Connection] = []
        self.processes = []
        for _ in range(count):
            mine, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs,), daemon=True)
            process.start()
            self.pipes.append(mine)
            self.processes.append(process)

    def send(self, *, count: int, seed: int, sink: Sink) -> Outcome:
        """Let all of them send together; the clock starts when all have made their data."""
        share = count // len(self.pipes)
        for number, pipe in enumerate(self.pipes):
            pipe.send(Task(role=self.role, count=share, seed=seed, port=sink.port, first=number * share))
        for pipe in self.pipes:
            pipe.recv()
        before, started = sink.cpu(), time.perf_counter()
        for pipe in self.pipes:
            pipe.send("go")
        turns: list[Turn] = [pipe.recv() for pipe in self.pipes]
        seconds = time.perf_counter() - started
        sent = share * len(self.pipes)
        return Outcome(
            sent=sent + WARMING_UP[self.role] * len(self.pipes),
            rate=sent / seconds,
            cpu=sum(turn.cpu for turn in turns) / sent * 1e6,
            sink_cpu=(sink.cpu() - before) / sent * 1e6,
            memory=sum(turn.memory for turn in turns),
        )

    def stop(self) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(5)


def _campaign(size: int, options: Options) -> bool:
    crews = {(role, count): Senders(role, count) for count in (1, 2) for role in ROLES}
    outcomes: dict[tuple[str, int], list[Outcome]] = {key: [] for key in crews}
    with Sink() as sink:
        for turn in range(1 if options.quick else options.rounds):
            for key, crew in crews.items():
                outcomes[key].append(crew.send(count=size, seed=options.seed + turn, sink=sink))
        for crew in crews.values():
            crew.stop()
        arrived = sink.count()
    sent = sum(outcome.sent for turns in outcomes.values() for outcome in turns)
    length = len(assemble(template=prepare_mail(subject=SUBJECT, html=HTML), inputs=inputs(contexts(1, seed=1)[0], 0)))
    print(f"\n{size:,} messages of {length / 1000:.1f} kB to {sink.name}; {arrived:,} of {sent:,} arrived")
    for (role, count), turns in outcomes.items():
        limit = _of_limit(turns, outcomes["raw socket", count])
        best = sorted(turns, key=lambda outcome: outcome.rate)[len(turns) // 2]
        print(
            f"  {role:18}{count} process{'es' if count > 1 else '  '} {best.rate:>7,.0f}/s  of the socket {limit}"
            f"  CPU µs {best.cpu:.0f} + sink {best.sink_cpu:.0f}  {best.memory:.0f} MB"
        )
    path = _of_limit(outcomes["ours", 2], outcomes["raw socket", 2])
    signed = statistics.median(outcome.rate for outcome in outcomes["ours, signed", 2])
    memory = max(outcome.memory for outcome in outcomes["ours, signed", 2])
    return all([
        verdict("every message arrived", met=arrived == sent),
        verdict(f"goal 1 without the database: at least {GOAL_PATH:.0%} of the socket, {path}", met=path.median >= GOAL_PATH),
        verdict(f"goal 2: at least {GOAL_SIGNED:,} signed messages/s, {signed:,.0f}", met=signed >= GOAL_SIGNED),
        verdict(f"goal 1: at most {GOAL_MEMORY} MB for all senders, {memory:.0f}", met=memory <= GOAL_MEMORY),
    ])  # fmt: skip


def _of_limit(turns: list[Outcome], limits: list[Outcome]) -> Spread:
    pairs = [turn.rate / limit.rate for turn, limit in zip(turns, limits, strict=True)]
    return Spread(statistics.median(pairs), min(pairs), max(pairs))


def _signing(options: Options) -> bool:
    count = 20 if options.quick else 300
    key = private_key()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = Signer(domain="shop.example", selector="bench", private_key=pem)
    template = prepare_mail(subject=SUBJECT, html=HTML)
    letters = [inputs(context, number) for number, context in enumerate(contexts(count, seed=options.seed))]
    messages = [bytes(assemble(template=template, inputs=letter)) for letter in letters]
    turns = take_turns(
        {
            "raw RSA-2048": Contender(_each(messages, lambda message: _bare_signature(key, message))),
            "unsigned": Contender(_each(letters, lambda letter: assemble(template=template, inputs=letter))),
            "signed": Contender(
                _each(letters, lambda letter: assemble(template=template, inputs=letter, signer=signer))
            ),
            "dkimpy": Contender(_each(messages[: count // 10], lambda message: _by_dkimpy(message, pem))),
        },
        rounds=options.rounds,
    )
    print(f"\nsigning {count} messages on one processor")
    for name, measured in turns.items():
        print(f"  {name:14}{middle(measured).python_cpu / middle(measured).count * 1e6:>9,.0f} µs CPU each")
    each = {name: [turn.python_cpu / turn.count for turn in measured] for name, measured in turns.items()}
    costs = [
        (signed - unsigned) / raw
        for signed, unsigned, raw in zip(each["signed"], each["unsigned"], each["raw RSA-2048"], strict=True)
    ]
    gains = [
        slow / (signed - unsigned)
        for slow, signed, unsigned in zip(each["dkimpy"], each["signed"], each["unsigned"], strict=True)
    ]
    cost, gain = (
        Spread(statistics.median(costs), min(costs), max(costs)),
        Spread(statistics.median(gains), min(gains), max(gains)),
    )
    return all([
        verdict(f"goal 2: signing at most {GOAL_SIGNING:.0f}x the raw RSA signature: {cost}", met=cost.median <= GOAL_SIGNING),
        verdict(f"goal 2: at least {GOAL_DKIMPY}x dkimpy: {gain}", met=gain.median >= GOAL_DKIMPY),
    ])  # fmt: skip


def _bare_signature(key: rsa.RSAPrivateKey, message: bytes) -> bytes:
    return key.sign(message[:500], padding.PKCS1v15(), hashes.SHA256())


def _by_dkimpy(message: bytes, pem: bytes) -> bytes:
    signature: bytes = dkim.sign(message, b"bench", b"shop.example", pem, canonicalize=(b"relaxed", b"relaxed"))
    return signature


def _rendering(options: Options) -> bool:
    count = 50 if options.quick else 2_000
    data = contexts(count, seed=options.seed)
    ours = compile_template(HTML, autoescape=True)
    reference = ours.by_python_liquid()
    django = engines["django"].from_string(HTML)
    contenders = {
        "ours": Contender(_each(data, ours.render)),
        "Django": Contender(_each(data, django.render)),
        "python-liquid": Contender(_each(data, reference.render)),
    }
    if find_spec("minijinja"):
        contenders["minijinja"] = Contender(_each(data, _by_minijinja()))
    print(f"\nrendering {count:,} order mails of {len(ours.render(data[0])) / 1000:.0f} kB, autoescape and limits on")
    same = all(ours.render(context) == reference.render(context) for context in data[:200])
    turns = take_turns(contenders, rounds=options.rounds)
    for name, measured in turns.items():
        print(f"  {name:14}{middle(measured).line('mails')}   of Django {ratio(measured, turns['Django'])}")
    gain = ratio(turns["ours"], turns["Django"])
    return all([
        verdict("goal 16: the same text as python-liquid", met=same),
        verdict(f"goal 16: at least {GOAL_RENDERING:.0f}x Django: {gain}", met=gain.median >= GOAL_RENDERING),
    ])  # fmt: skip


def _by_minijinja() -> Callable[[dict[str, Any]], str]:
    from minijinja import Environment  # noqa: PLC0415 -- a peer that need not be installed

    environment = Environment(templates={"mail.html": HTML}, fuel=1_000_000)
    return lambda context: environment.render_template("mail.html", **context)


def _each(items: list[Any], work: Callable[[Any], object]) -> Callable[[], int]:
    def all_of_them() -> int:
        for item in items:
            work(item)
        return len(items)

    return all_of_them

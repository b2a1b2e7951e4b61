"""The supervisor as its user meets it: real processes, real signals."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import aftercare

SOURCES = Path(aftercare.__file__).parents[1]
PATIENCE_SECONDS = 20.0
# Whoever runs the tests in the background has Ctrl-C ignored, and what is ignored stays so.
SUPERVISE = """
import signal
import sys
from functools import partial
from aftercare.config.processes import ProcessSpec, Supervisor
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
programs = [argument.split("=", 1) for argument in sys.argv[2:]]
specs = [ProcessSpec(name=name, run=partial(exec, code, {"name": name})) for name, code in programs]
sys.exit(Supervisor(specs, grace=float(sys.argv[1])).run())
"""
OBEDIENT = "import os, time; print(name, os.getpid()); time.sleep(60)"
STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('pid', os.getpid()); time.sleep(60)"
)
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    " print('pid', child.pid); {rest}"
)
ORPHAN_MAKER = """
import os, time
from pathlib import Path
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(0.3)
    os._exit(0)
time.sleep(1)
states = [path.read_text().rpartition(")")[2].split()[:2] for path in Path("/proc").glob("[0-9]*/stat")]
print("zombies of the first process:", states.count(["Z", "1"]))
time.sleep(60)
"""
Supervise = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def supervise() -> Iterator[Supervise]:
    with ExitStack() as stack:

        def start(*, grace: float = 10.0, wrapper: tuple[str, ...] = (), **programs: str) -> subprocess.Popen[str]:
            process = stack.enter_context(
                subprocess.Popen(
                    [*wrapper, sys.executable, "-c", SUPERVISE, str(grace), *(f"{n}={c}" for n, c in programs.items())],
                    stdout=subprocess.PIPE,
                    text=True,
                    env=os.environ | {"PYTHONPATH": str(SOURCES)},
                    start_new_session=True,
                )
            )
            stack.callback(process.kill)
            return process

        yield start


def read_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    return int(process.stdout.readline().split()[-1])


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(*pids: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline, "still running"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_one_signal_stops_all_processes_in_an_orderly_way(supervise: Supervise, number: signal.Signals) -> None:
    supervisor = supervise(web=OBEDIENT, worker=OBEDIENT)
    pids = {read_pid(supervisor), read_pid(supervisor)}

    supervisor.send_signal(number)
    rest, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)

    assert supervisor.returncode == 0
    assert rest == "aftercare | stopping\n"
    assert len(pids) == 2
    assert not any(map(is_running, pids))


def test_a_process_that_does_not_end_is_killed_after_the_grace(supervise: Supervise) -> None:
    supervisor = supervise(grace=0.3, web=STUBBORN)
    pid = read_pid(supervisor)

    supervisor.terminate()
    rest, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)

    assert rest == "aftercare | stopping\naftercare | web has to be killed\n"
    assert supervisor.returncode == 0
    assert not is_running(pid)


def test_a_second_interrupt_kills_at_once(supervise: Supervise) -> None:
    supervisor = supervise(grace=60, web=STUBBORN)
    pid = read_pid(supervisor)
    assert supervisor.stdout

    supervisor.send_signal(signal.SIGINT)
    assert supervisor.stdout.readline() == "aftercare | stopping\n"
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=PATIENCE_SECONDS)

    assert not is_running(pid)


def test_a_crashed_process_is_started_again_and_the_others_go_on(supervise: Supervise) -> None:
    supervisor = supervise(web=OBEDIENT)
    first = read_pid(supervisor)
    assert supervisor.stdout

    os.kill(first, signal.SIGKILL)

    assert supervisor.stdout.readline() == "aftercare | web was ended by SIGKILL; starting it again in 0.5 s\n"
    second = read_pid(supervisor)
    assert second != first
    assert is_running(second)


def test_a_process_that_cannot_start_ends_everything_and_its_last_words_are_shown(supervise: Supervise) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        supervisor = supervise(web=f"import socket; socket.create_server(('127.0.0.1', {port}))", worker=OBEDIENT)
        output, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)

    assert supervisor.returncode == 1
    assert output.count("starting it again") == 3
    verdict = output.index("web ended with status 1 for the 4th time in a row; giving up. Its last words:")
    assert "Address already in use" in output[verdict:]
    assert output.endswith("aftercare | stopping\n")


def test_a_process_that_ends_by_itself_says_so_as_a_program_would(supervise: Supervise) -> None:
    supervisor = supervise(web="raise SystemExit('no room')", worker="1 / 0")
    output, _ = supervisor.communicate(timeout=PATIENCE_SECONDS)

    assert supervisor.returncode == 1
    assert output.count("web       | no room\n") >= 3
    assert "worker    | ZeroDivisionError: division by zero\n" in output


def test_a_process_inherits_no_open_file(supervise: Supervise) -> None:
    code = "import os, time; print(sorted(map(int, os.listdir('/proc/self/fd')))); time.sleep(60)"
    supervisor = supervise(web=code, worker=code)
    assert supervisor.stdout

    for _ in range(2):
        assert supervisor.stdout.readline().rpartition("| ")[2] == "[0, 1, 2, 3]\n"  # 3: the folder being listed


def test_what_follows_the_start_finds_every_process_started() -> None:
    code = """
import os, time
from pathlib import Path
from aftercare.config.processes import ProcessSpec, Supervisor
def count():
    print(len(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()), flush=True)
    os.kill(os.getpid(), 15)
Supervisor([ProcessSpec(name=name, run=lambda: time.sleep(60)) for name in "ab"]).run(started=count)
"""
    environment = os.environ | {"PYTHONPATH": str(SOURCES)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=PATIENCE_SECONDS, check=True
    )
    assert done.stdout.startswith("2\n")


def test_a_child_of_a_crashed_process_does_not_stay_behind(supervise: Supervise) -> None:
    supervisor = supervise(web=PARENT.format(rest="sys.exit(3)"))
    grandchild = read_pid(supervisor)
    assert supervisor.stdout

    assert supervisor.stdout.readline() == "aftercare | web ended with status 3; starting it again in 0.5 s\n"
    wait_until_gone(grandchild)


def test_no_process_outlives_a_killed_supervisor(supervise: Supervise) -> None:
    supervisor = supervise(web=OBEDIENT, worker=OBEDIENT)
    pids = [read_pid(supervisor), read_pid(supervisor)]

    supervisor.kill()

    wait_until_gone(*pids)


def test_everything_stops_once_nobody_reads_the_output(supervise: Supervise) -> None:
    supervisor = supervise(web="import time\nwhile True: print('tick'); time.sleep(0.05)")
    assert supervisor.stdout
    supervisor.stdout.readline()

    supervisor.stdout.close()

    assert supervisor.wait(timeout=PATIENCE_SECONDS) == 0


def test_a_waiting_supervisor_uses_no_processor(supervise: Supervise) -> None:
    supervisor = supervise(web=OBEDIENT)
    read_pid(supervisor)
    before = processor_ticks(supervisor.pid)

    time.sleep(1)

    assert processor_ticks(supervisor.pid) - before <= 2


def processor_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_as_the_first_process_of_a_container_it_reaps_orphans(supervise: Supervise) -> None:
    wrapper = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
    if subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this user may not make a process namespace")
    supervisor = supervise(wrapper=wrapper, web=ORPHAN_MAKER)
    assert supervisor.stdout

    assert supervisor.stdout.readline() == "web       | zombies of the first process: 0\n"

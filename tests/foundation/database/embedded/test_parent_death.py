"""A child and the death of its parent."""

from tests.foundation.database.embedded.real_processes import Outsider, is_dead, wait_until

START_AND_WAIT = """
import signal, subprocess, sys
from aftercare.foundation.database.embedded.parent_death import die_with_parent
child = subprocess.Popen(["sleep", "60"], preexec_fn=die_with_parent(signal.SIGTERM))
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_a_child_gets_the_signal_when_its_parent_is_killed(same_user: Outsider) -> None:
    with same_user.start(START_AND_WAIT) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert not is_dead(child)
        parent.kill()

    wait_until(lambda: is_dead(child))

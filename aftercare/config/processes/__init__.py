"""Running several programs as one, in the foreground: what `aftercare up` does.

A *process* has a name and a command. The *supervisor* starts all of them, prints what they print under their names,
starts again what crashes (sooner at first, then later and later), and stops all of them together: by SIGTERM, and
after a grace by force. A process that never manages to start is not tried for ever; then everything stops and the
supervisor says why. Nothing outlives the supervisor, not even when it is killed.
"""

from aftercare.config.processes.spec import ProcessSpec
from aftercare.config.processes.supervisor import Supervisor

__all__ = ["ProcessSpec", "Supervisor"]

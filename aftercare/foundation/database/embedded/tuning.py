"""Server settings derived from the machine. Whoever knows better says so with ALTER SYSTEM, which wins."""

from aftercare.foundation.database.embedded.machine import Machine

MEGABYTE = 1024 * 1024

# Parallel queries put their hash tables there; Docker gives a container 64 MB, and then they fail half way.
ENOUGH_POSIX_SHARED_MEMORY = 256 * MEGABYTE


def settings_for(*, machine: Machine, durable: bool) -> dict[str, str]:
    """Return `postgresql.conf` settings. `durable=False` gives up crash safety for speed: tests only."""
    return {
        **_memory(machine=machine),
        **_write_ahead_log(machine=machine),
        **_logging(),
        "max_connections": "100",
        "random_page_cost": "1.1",
        # Compiling costs more than it saves on the short queries of a web application.
        "jit": "off",
        "dynamic_shared_memory_type": dynamic_shared_memory_type(machine=machine),
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "default_text_search_config": "pg_catalog.english",
        **({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
    }


def dynamic_shared_memory_type(*, machine: Machine) -> str:
    """Return the kind of shared memory for parallel queries: System V's where /dev/shm is missing or tiny."""
    available = machine.posix_shared_memory
    return "posix" if available is None or available >= ENOUGH_POSIX_SHARED_MEMORY else "sysv"


def _memory(*, machine: Machine) -> dict[str, str]:
    return {
        "shared_buffers": _megabytes(machine.memory // 4, lowest=32, highest=2048),
        "effective_cache_size": _megabytes(machine.memory * 6 // 10, lowest=64, highest=1024 * 1024),
        "work_mem": _megabytes(machine.memory // 512, lowest=4, highest=32),
        "maintenance_work_mem": _megabytes(machine.memory // 32, lowest=32, highest=512),
    }


def _write_ahead_log(*, machine: Machine) -> dict[str, str]:
    # A bulk load should not checkpoint every few seconds, nor the log eat a small disk.
    return {
        "max_wal_size": _megabytes(machine.free_disk // 10, lowest=128, highest=4096),
        "min_wal_size": _megabytes(machine.free_disk // 100, lowest=80, highest=512),
        "checkpoint_timeout": "10min",
        "wal_compression": "on",
        "wal_buffers": "16MB",
    }


def _logging() -> dict[str, str]:
    return {
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %d ",
        "log_min_duration_statement": "2s",
        # Parameters are people's addresses and messages; statements alone tell enough.
        "log_parameter_max_length": "0",
        "log_lock_waits": "on",
        "log_checkpoints": "off",
    }


def _megabytes(size: int, *, lowest: int, highest: int) -> str:
    return f"{min(max(size // MEGABYTE, lowest), highest)}MB"

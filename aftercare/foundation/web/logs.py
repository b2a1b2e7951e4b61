"""Structured logs without personal data: keys carry ids, never names or addresses."""

import logging
import logging.config
import re
from typing import Any

import structlog

_PERSONAL = {"email", "phone", "name", "address", "recipient", "body", "subject", "token", "password", "secret"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def configure(config: dict[str, Any]) -> None:
    """Send everything, ours and the libraries', through one pipeline: readable lines, or JSON for machines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_personal_data,
    ]
    renderer = structlog.processors.JSONRenderer() if config["json"] else _readable()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig({
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": shared,
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": config["level"]},
        "loggers": {
            "procrastinate": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
        },
    })  # fmt: skip


def _readable() -> Any:
    """Lines for people. Tracebacks are plain: the pretty ones show local variables, and with them people's data."""
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def without_personal_data(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Blank what names a person: fields by their key, e-mail addresses wherever they stand."""
    for key, value in event.items():
        if key in _PERSONAL:
            event[key] = "…"
        elif isinstance(value, str):
            event[key] = _EMAIL.sub("…@…", value)
    return event

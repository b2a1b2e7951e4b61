"""Settings from the environment, read once, failing loudly. `NAME_FILE` may name a file that holds a secret."""

import os
from pathlib import Path


class BadSetting(SystemExit):
    """A setting that cannot be used; the process ends with one sentence, not a traceback."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"aftercare: the setting {name} {problem}")


def text(name: str, default: str = "") -> str:
    """A setting as it stands."""
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if not value else value in {"1", "true", "yes", "on"}
    raise BadSetting(name, f"is '{value}'; write yes or no")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "")
    try:
        return int(value) if value else default
    except ValueError:
        raise BadSetting(name, f"is '{value}'; write a whole number") from None


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, default: str = "") -> str:
    """A secret, from the variable or from the file named by NAME_FILE."""
    path = os.environ.get(f"{name}_FILE", "")
    if not path:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE", f"cannot be read: {error.strerror}") from None

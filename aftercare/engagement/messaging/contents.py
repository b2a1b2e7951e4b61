"""What a template says, in one of two forms.

*Composed*: a few words (preview, heading, body, button) set into the store's layout; `builtin.composing` makes MJML of
them. *Own source*: the whole MJML, layout and all. Words can become source, since they are made into it anyway; source
does not become words again, since words are fewer: that step is one way, and the editor says so before it is taken. A
version keeps its source in both forms, so that sending knows of neither. `short` says the same where there is room for a
sentence: in a text message, a notification, the inbox, a call.
"""

from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Any

LONGEST = {
    "subject": 300,
    "preview": 300,
    "heading": 300,
    "button": 120,
    "short": 2000,
    "body": 20_000,
    "source": 200_000,
}


@dataclass(frozen=True)
class Words:
    """A message without its layout. All are Liquid; `body` is paragraphs, as `builtin.composing` tells."""

    preview: str = ""
    heading: str = ""
    body: str = ""
    button: str = ""


@dataclass(frozen=True)
class Content:
    """A template as written: subject in Liquid, source in MJML and Liquid; `words` where the source was made of them."""

    subject: str
    source: str
    words: Words | None = None
    short: str = ""

    @property
    def digest(self) -> str:
        """The same for the same mail, whichever form it is in."""
        short = f"\0{self.short}" if self.short else ""
        return blake2b(f"{self.subject}\0{self.source}{short}".encode(), digest_size=16).hexdigest()

    @property
    def is_too_long(self) -> bool:
        """Whether it is more than can be dealt with, be it only to say what is wrong with it."""
        return any(len(text) > LONGEST["source" if name == "source" else "body"] for name, text in self.parts.items())

    @property
    def parts(self) -> dict[str, str]:
        """What a person edits, by the name of its field."""
        form = vars(self.words) if self.words else {"source": self.source}
        return {"subject": self.subject, **form, "short": self.short}


WORDS = tuple(field.name for field in fields(Words))


def words_from(stored: dict[str, Any] | None) -> Words | None:
    """Words as a row keeps them."""
    return None if stored is None else Words(**{name: str(stored.get(name, "")) for name in WORDS})


def with_newlines(content: Content) -> Content:
    """`content` with the line ends of a text file, whatever the browser sent, and its subject on one line."""
    words = content.words and Words(**{name: _unix(text) for name, text in vars(content.words).items()})
    subject, short = (" ".join(text.split()) for text in (content.subject, content.short))
    return replace(content, subject=subject, source=_unix(content.source), words=words, short=short.replace("\x00", ""))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")

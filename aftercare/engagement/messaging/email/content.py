"""Messages in the form in which SMTP carries them."""


class WireContent(bytes):
    """A message whose lines all end in CRLF and whose leading dots are doubled; the type is the proof."""

    __slots__ = ()


def wire_content(message: bytes) -> WireContent:
    """`message` for DATA: bare CR and LF become line ends, since a relay that took one for the end of the message would
    let its text speak SMTP; leading dots are doubled (RFC 5321 §4.5.2); the last line ends."""
    rest = message.replace(b"\r\n", b"")
    if b"\n" in rest or b"\r" in rest:
        message = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    if b"\r\n." in message or message.startswith(b"."):
        message = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
    return WireContent(message)

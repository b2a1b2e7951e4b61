"""E-mail: from a template version and a recipient's data to bytes, and from bytes to a relay's answer.

- `mime`: `prepare_mail` once per template version, `assemble` once per message. The same inputs give the same bytes, so
  a sent mail is stored as its inputs and a digest, and shown again exactly as sent.
- `dkim`: signatures (RFC 6376, RFC 8463) over what `assemble` prepared.
- `smtp`: `send_batch` over a few pipelined connections; every message ends as Accepted, Refused, Unknown or NotSent.

Nothing here knows consent, caps or suppression: that is decided before a message gets this far.
"""

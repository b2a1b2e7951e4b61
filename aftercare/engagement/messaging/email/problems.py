"""Why a message cannot be put together."""

from aftercare.foundation.kit.errors import Invalid


class HeaderProblem(Invalid):
    """A value cannot stand in a header: it holds a line break or control character, or is no address."""

    code = "mail_header"

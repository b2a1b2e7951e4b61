"""What others wrote, shown in a frame on our pages: no script, no form, no way out of the frame."""

from django.http import HttpResponse

_POLICY = (
    "sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; font-src https:;"
    " frame-ancestors 'self'"
)


def untrusted_html(html: str) -> HttpResponse:
    """HTML for an iframe that also has the attribute `sandbox`; opened by itself it can do no more."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = _POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response

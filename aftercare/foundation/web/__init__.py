"""Web: the shells of portal, console and API, and what every edge shares.

*Panels* (portal), *cards* (console) and *navigation* are registries that capabilities fill; the shells only render them.
Refusals become RFC 9457 problems for programs and kind pages for people. Edges open the store's scope, check the
permission, make one call, and answer.

Invariants: strict CSP without inline script; every unauthenticated edge has a rate limit; a POST edge names its permission.
"""

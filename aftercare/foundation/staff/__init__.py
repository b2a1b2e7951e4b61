"""Staff: the people of a shop, what their role lets them do, and the tokens of programs that act for them.

A *user* signs in once (django-allauth) and works in one or more stores through *memberships*, each with a *role*.
An *API token* belongs to a store and carries *scopes*; only its hash is kept.

Invariants: a permission is decided by role or scope in `policy`, never by a flag on the user; a store always keeps one owner.
"""

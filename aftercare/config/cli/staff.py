"""`aftercare staff`"""

import click

from aftercare.config.cli.ground import with_database
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.staff.actions import add_staff, invite, issue_token, reset_second_factors, set_password
from aftercare.foundation.staff.models import User
from aftercare.foundation.staff.passwords import check_password
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.staff.queries import user_of_email
from aftercare.foundation.stores.queries import store_by_slug
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.account.invitation_mail import invitation_url, send_invitation


def _known(email: str) -> User:
    user = user_of_email(email=email)
    if user is None:
        raise NotFound(f"Nobody here has the address '{email}'.")
    return user


_ROLE = click.option("--role", type=click.Choice([role.value for role in Role]), default="agent", show_default=True)


@click.group()
def command() -> None:
    """Add people and API tokens to a store, and help who has lost their phone."""


@command.command("add")
@click.argument("store")
@click.argument("email")
@_ROLE
@click.option("--name", default="")
@click.password_option(help="Asked for if not given.")
@with_database
def add(store: str, email: str, role: str, name: str, password: str) -> None:
    """Let EMAIL work in STORE."""
    found = store_by_slug(slug=store)
    check_password(password=password, user=User(email=email, name=name))
    with store_scope(found.pk):
        add_staff(store=found, email=email, role=Role(role), name=name, password=password, now=clock.now())
    click.echo(f"{email} is {role} of {found.name}.")


@command.command("invite")
@click.argument("store")
@click.argument("email")
@_ROLE
@with_database
def invite_(store: str, email: str, role: str) -> None:
    """Ask EMAIL to work in STORE: by mail where there is a relay, and by printing the link where there is none.

    The link works once, for seven days. Asking again ends the links before.
    """
    found = store_by_slug(slug=store)
    with store_scope(found.pk):
        invitation = invite(store=found, email=email, role=Role(role), by=None, now=clock.now())
    if send_invitation(invitation=invitation):
        click.echo(f"An invitation is on its way to {invitation.email}.")
    else:
        click.echo(f"No mail could be sent. Pass this link on to {invitation.email}:")
        click.echo(invitation_url(invitation=invitation))


@command.command("reset-second-factor")
@click.argument("email")
@with_database
def reset_second_factor(email: str) -> None:
    """Take all second factors of EMAIL away and sign them out everywhere, for who has lost phone and recovery codes.

    They sign in with their password and set up new ones. Every store they work in sees it in its audit log.
    """
    user = _known(email)
    gone = reset_second_factors(user=user, by="system", now=clock.now())
    click.echo(f"{user.email} had {gone} and has none now. They are signed out everywhere.")


@command.command("set-password")
@click.argument("email")
@click.password_option(help="Asked for if not given.")
@with_database
def set_password_(email: str, password: str) -> None:
    """Give EMAIL another password and sign them out everywhere, where no mail leaves for "forgot password"."""
    user = _known(email)
    set_password(user=user, password=password)
    click.echo(f"{user.email} has another password. They are signed out everywhere.")


@command.command("token")
@click.argument("store")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="Such as orders:write; give it as often as needed."
)
@with_database
def token(store: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make an API token NAME for STORE and print it; it is shown this once."""
    found = store_by_slug(slug=store)
    with store_scope(found.pk):
        _, secret = issue_token(store=found, name=name, scopes=list(scopes), by=None, now=clock.now())
    click.echo(secret)

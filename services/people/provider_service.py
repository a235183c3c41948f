"""Signing in by the company's provider of OpenID Connect.

It says who somebody is and, where the settings say so, by which role; the account, what it may
do and its sessions are CVD's. While the provider is away, people sign in with their passwords.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from auth import Actor
from contract.results import SentAway, SignedIn
from db import Database, Engine, Row
from errors import Conflict, Forbidden, Unauthenticated, Unavailable
from records import security_log
from services.people import (
    flows,
    identities,
    known_devices,
    provider,
    second_factors,
    session_service,
    sign_in_rule_service,
    user_service,
)
from services.people.claims import Vouched
from services.people.provider import Provider
from settings import Settings

NONE = "Nobody signs in by a provider here: CVD_OIDC_ISSUER in CVD's settings names one."
DENIED = "access_denied"


def get_provider(engine: Engine, actor: Actor, settings: Settings) -> dict[str, Any]:
    """{name, problem}: what the button says, and why nobody can sign in by it at the moment."""
    known = provider.of(settings)
    if known is None:
        return {"name": None, "problem": None}
    try:
        known.metadata()
    except Unavailable as problem:
        return {"name": known.name, "problem": problem.detail}
    return {"name": known.name, "problem": None}


def create_flow(engine: Engine, actor: Actor, settings: Settings) -> SentAway:
    """{"url"} to go to. Raises Conflict without a provider, Unavailable while it is away."""
    known = _known(settings)
    flow = flows.begin()
    url = known.address_for(flow)
    return SentAway({"url": url}, flows.cookie_of(engine, flow), flows.KEPT_MINUTES)


def create_session(
    engine: Engine,
    actor: Actor,
    settings: Settings,
    *,
    state: str,
    code: str | None = None,
    error: str | None = None,
    iss: str | None = None,
) -> SignedIn:
    """Sign in whom the provider sent back. Raises Unauthenticated, Unavailable while it is away.

    Conflict for what did not begin in this browser, or has ended; Forbidden for who has no
    account, no role or no second factor.
    """
    known = _known(settings)
    with _told(actor):
        flow = flows.of_cookie(engine, actor.flow, state)
        if iss is not None and iss != known.issuer:
            raise Unauthenticated(f"This did not come from {known.name}: begin again.")
        if code is None:
            raise Unauthenticated(_not_signed_in(known, error))
        vouched = known.person(flow, code)
    with _told(actor, vouched), engine.writing() as db:
        flows.end(db, flow)
        user = _account(db, actor, known, settings, vouched)
        _check_second_factor(db, known, settings, user, vouched)
        if actor.session_id is not None:
            session_service.delete_session(db, actor)
        signed_in = session_service.open_session(db, actor, user_id=user["id"], provider=known.name)
    device = known_devices.recognised(engine.audit, actor.device)
    cookie = known_devices.cookie_for(engine.audit, user["id"], device)
    return replace(signed_in, device=cookie, device_days=known_devices.KEPT_DAYS, ends_flow=True)


def _known(settings: Settings) -> Provider:
    known = provider.of(settings)
    if known is None:
        raise Conflict(NONE)
    return known


@contextmanager
def _told(actor: Actor, vouched: Vouched | None = None) -> Iterator[None]:
    """The security log hears of a refusal."""
    try:
        yield
    except (Unauthenticated, Forbidden, Conflict):
        account = vouched.email or vouched.subject if vouched else ""
        security_log.refused("Sign-in by the provider refused", account=account, actor=actor)
        raise


def _not_signed_in(known: Provider, error: str | None) -> str:
    if error == DENIED:
        return f"{known.name} did not sign you in, or you broke it off: begin again."
    told = f" ({error})" if error and error.isprintable() else ""
    return f"{known.name} did not sign you in{told}: begin again, or ask an administrator."


def _account(
    db: Database, actor: Actor, known: Provider, settings: Settings, vouched: Vouched
) -> Row:
    """The account with the role that the provider gives it. Raises Forbidden, Conflict."""
    role = _role(settings, vouched)
    if settings.oidc_roles and role is None:
        raise Forbidden(
            f"{known.name} gives you no role in CVD: ask an administrator to put you into a group "
            "that has one (CVD_OIDC_ROLES)."
        )
    new_role = role if settings.oidc_new_people == "created" else None
    user = identities.account_of(db, actor, vouched, issuer=known.issuer, new_role=new_role)
    if user["disabled_at"] is not None:
        raise Forbidden("Your account in CVD is disabled: ask an administrator.")
    if role is None or user["role"] == role:
        return user
    themself = actor._replace(user_id=None, username="provider", role=role)
    return user_service.change_user(
        db, themself, user_id=user["id"], version=user["version"], changes={"role": role}
    )


def _role(settings: Settings, vouched: Vouched) -> str | None:
    """By the first pair of the settings whose value the provider states."""
    for pair in settings.oidc_roles:
        value, _, role = pair.rpartition("=")
        if value in vouched.values:
            return role
    return None


def _check_second_factor(
    db: Database, known: Provider, settings: Settings, user: Row, vouched: Vouched
) -> None:
    """Forbidden where one is needed and the provider does not say that it took one."""
    if vouched.has_second_factor or settings.oidc_second_factor == "trusted":
        return
    if second_factors.is_on(db, user["id"]) or sign_in_rule_service.needs_enrolment(db, user):
        raise Forbidden(
            f"{known.name} did not say that it asked for a second factor, which you need here: "
            "sign in with your password and code, or ask an administrator "
            "(CVD_OIDC_SECOND_FACTOR)."
        )

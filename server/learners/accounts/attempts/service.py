"""Slow down guessing: failed sign-ins by account and by address, registrations by address."""

import ipaddress
from dataclasses import dataclass
from hashlib import sha256

from server.core.database.engine import Sessions
from server.errors import TooManyRequests
from server.learners.accounts.attempts import queries

FREE_FAILURES_PER_ACCOUNT = 5
FREE_FAILURES_PER_ADDRESS = 20
IPV6_SITE_PREFIX = 64


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Under which keys a sign-in is counted: the account that was named, the caller's address."""

    account_key: str
    address_key: str


def name_attempt(email: str, address: str) -> SignInAttempt:
    """Name an attempt to sign in by account and by address."""
    return SignInAttempt(
        account_key=name_account(email),
        address_key=f"address:{name_caller(address)}",
    )


def name_account(email: str) -> str:
    """An account is counted whether it exists or not, so that the count betrays nothing."""
    return f"account:{sha256(email.encode('utf-8', 'surrogatepass')).hexdigest()}"


def name_caller(address: str) -> str:
    """The address that is counted; of IPv6 the site, since each caller has a whole one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), IPV6_SITE_PREFIX), strict=False))


async def admit_sign_in(sessions: Sessions, attempt: SignInAttempt) -> None:
    """Count the attempt against the account before the password is looked at.

    Guesses that arrive side by side then cannot all slip in before the first has failed. An
    address is only counted when the attempt has failed: a whole class may share one.
    """
    async with sessions.begin() as session:
        wait_s = await queries.find_wait(session, attempt.address_key, FREE_FAILURES_PER_ADDRESS)
        if not wait_s:
            wait_s = await queries.claim_attempt(
                session, attempt.account_key, FREE_FAILURES_PER_ACCOUNT
            )
    if wait_s:
        raise TooManyRequests(
            f"Too many failed sign-ins. Try again in {wait_s} s.", retry_after_s=wait_s
        )


async def note_failure(sessions: Sessions, attempt: SignInAttempt) -> None:
    """Count the failure against the address, whatever becomes of the request."""
    async with sessions.begin() as session:
        await queries.count_failure(session, attempt.address_key)
        await queries.prune_attempts(session)


async def admit_registration(sessions: Sessions, address: str, *, per_hour: int) -> None:
    """Refuse an address that has registered its share of this hour; 0 means no limit."""
    if per_hour == 0:
        return
    key = f"registration:{name_caller(address)}"
    async with sessions.begin() as session:
        wait_s = await queries.claim_registration(session, key, per_hour)
    if wait_s:
        raise TooManyRequests(
            "Too many accounts were made from this address. Try again later.", retry_after_s=wait_s
        )

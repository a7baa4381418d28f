"""Builds the models that the settings ask for."""

from collections.abc import Callable, Mapping
from typing import Final

from server.generation.llm.domain import LLM, OFFLINE, BatchLLM
from server.generation.llm.failover import FailoverLLM
from server.generation.llm.offline import OfflineLLM
from server.generation.llm.sdk import Account
from server.settings import ConfigurationError, Settings

# Puts something around a provider's client; it is told which model the client asks.
Wrap = Callable[[LLM, str], LLM]
# A provider's client for calls, and the one for batches.
_Clients = tuple[Callable[[Account], LLM], Callable[[Account], BatchLLM]]


class UnknownProvider(ConfigurationError):
    """A name in LLM_PROVIDERS that stands for nothing."""


def build_llm(settings: Settings, wrap: Wrap | None = None) -> LLM:
    """Join the providers that have a key, in the order of LLM_PROVIDERS; with none, offline."""
    accounts = _find_accounts(settings)
    if not accounts:
        return OfflineLLM()
    clients = [(_CLIENTS[name]()[0](each), each.model) for name, each in accounts.items()]
    return FailoverLLM([wrap(client, model) if wrap else client for client, model in clients])


def build_batch_llm(settings: Settings, provider: str | None = None) -> BatchLLM | None:
    """The batches of one provider or, unless one is named, of the first in LLM_PROVIDERS.

    None where no key is set. A provider may be named as in the settings or as it is shown: claude.
    """
    accounts = _find_accounts(settings)
    name = _check_name(_SHOWN.get(provider, provider)) if provider else next(iter(accounts), None)
    if name is None or name not in accounts:
        return None
    return _CLIENTS[name]()[1](accounts[name])


def _find_accounts(settings: Settings) -> dict[str, Account]:
    """The providers with a key, in order; `offline` is never one of several."""
    names = dict.fromkeys(_check_name(name.lower()) for name in settings.llm_providers)
    found = {name: _ACCOUNTS[name](settings) for name in names if name != OFFLINE}
    return {name: account for name, account in found.items() if account.api_key}


def _check_name(name: str) -> str:
    known = (*_ACCOUNTS, OFFLINE)
    if name not in known:
        raise UnknownProvider(
            f"LLM_PROVIDERS names “{name}”; the providers are {', '.join(known)}."
        )
    return name


def _read_anthropic(settings: Settings) -> Account:
    return Account(
        api_key=settings.anthropic_api_key.get_secret_value().strip(),
        base_url=_check_url("ANTHROPIC_BASE_URL", settings.anthropic_base_url),
        model=settings.anthropic_model,
        effort=settings.anthropic_effort,
        timeout_s=settings.llm_timeout_s,
    )


def _read_openai(settings: Settings) -> Account:
    return Account(
        api_key=settings.openai_api_key.get_secret_value().strip(),
        base_url=_check_url("OPENAI_BASE_URL", settings.openai_base_url),
        model=settings.openai_model,
        effort=settings.openai_effort,
        timeout_s=settings.llm_timeout_s,
    )


def _check_url(setting: str, url: str) -> str | None:
    if url and not url.startswith(("http://", "https://")):
        raise ConfigurationError(f"{setting} must begin with http:// or https://.")
    return url or None


# Importing an SDK takes most of a second and tens of megabytes: only one with a key is imported.


def _import_anthropic() -> _Clients:
    from server.generation.llm.anthropic.batches import AnthropicBatches  # noqa: PLC0415
    from server.generation.llm.anthropic.client import AnthropicLLM  # noqa: PLC0415

    return AnthropicLLM, AnthropicBatches


def _import_openai() -> _Clients:
    from server.generation.llm.openai.batches import OpenAIBatches  # noqa: PLC0415
    from server.generation.llm.openai.client import OpenAILLM  # noqa: PLC0415

    return OpenAILLM, OpenAIBatches


_SHOWN: Final[Mapping[str, str]] = {"claude": "anthropic"}
_ACCOUNTS: Final[Mapping[str, Callable[[Settings], Account]]] = {
    "anthropic": _read_anthropic,
    "openai": _read_openai,
}
PROVIDERS: Final = tuple(_ACCOUNTS)
_CLIENTS: Final[Mapping[str, Callable[[], _Clients]]] = {
    "anthropic": _import_anthropic,
    "openai": _import_openai,
}

"""Builds the model that the settings ask for."""

from collections.abc import Callable, Mapping
from typing import Final

from server.llm.domain import LLM
from server.llm.failover import FailoverLLM
from server.llm.offline import OfflineLLM
from server.settings import ConfigurationError, Settings


class UnknownProvider(ConfigurationError):
    """A name in LLM_PROVIDERS that stands for nothing."""


def build_llm(settings: Settings) -> LLM:
    """Join the providers that have a key, in the order of LLM_PROVIDERS; with none, offline."""
    names = dict.fromkeys(name.lower() for name in settings.llm_providers)
    clients = [client for client in (_build_client(name, settings) for name in names) if client]
    if not clients:
        return OfflineLLM()
    return FailoverLLM(clients)


def _build_client(name: str, settings: Settings) -> LLM | None:
    if name not in _BUILDERS:
        known = ", ".join(_BUILDERS)
        raise UnknownProvider(f"LLM_PROVIDERS names “{name}”; the providers are {known}.")
    return _BUILDERS[name](settings)


# Importing an SDK takes most of a second and tens of megabytes: only one with a key is imported.


def _build_anthropic(settings: Settings) -> LLM | None:
    key = settings.anthropic_api_key.get_secret_value().strip()
    if not key:
        return None
    from server.llm.anthropic_client import AnthropicLLM  # noqa: PLC0415

    return AnthropicLLM(
        api_key=key,
        base_url=_check_url("ANTHROPIC_BASE_URL", settings.anthropic_base_url),
        model=settings.anthropic_model,
        effort=settings.anthropic_effort,
        timeout_s=settings.llm_timeout_s,
    )


def _build_openai(settings: Settings) -> LLM | None:
    key = settings.openai_api_key.get_secret_value().strip()
    if not key:
        return None
    from server.llm.openai_client import OpenAILLM  # noqa: PLC0415

    return OpenAILLM(
        api_key=key,
        base_url=_check_url("OPENAI_BASE_URL", settings.openai_base_url),
        model=settings.openai_model,
        effort=settings.openai_effort,
        timeout_s=settings.llm_timeout_s,
    )


def _build_offline(_settings: Settings) -> None:
    """`offline` is never one of several: it serves when there is no other."""


def _check_url(setting: str, url: str) -> str | None:
    if url and not url.startswith(("http://", "https://")):
        raise ConfigurationError(f"{setting} must begin with http:// or https://.")
    return url or None


_BUILDERS: Final[Mapping[str, Callable[[Settings], LLM | None]]] = {
    "anthropic": _build_anthropic,
    "openai": _build_openai,
    "offline": _build_offline,
}

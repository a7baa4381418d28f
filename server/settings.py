"""The one reader of the environment: every setting, its name and its default."""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ConfigurationError(Exception):
    """A setting makes no sense here; the message says which and what to do."""


class Environment(StrEnum):
    """The setting `ENVIRONMENT`."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Registration(StrEnum):
    """The setting `REGISTRATION`: who may open an account."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


class DialectSetting(StrEnum):
    """How the book's Markdown is read; `auto` guesses from the files."""

    AUTO = "auto"
    DOCUSAURUS = "docusaurus"
    MKDOCS = "mkdocs"
    COMMONMARK = "commonmark"


class Publish(StrEnum):
    """When learners read what a model wrote: at once, or once an instructor has accepted it."""

    AT_ONCE = "at_once"
    APPROVED = "approved"


CommaList = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """All settings, read once from the environment and, below it, from a `.env` file.

    A list is written with commas. A limit of 0 means none. `.env.example` documents each setting.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    environment: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1)
    log_level: str = "INFO"
    metrics_token: SecretStr = SecretStr("")
    otel_exporter_otlp_endpoint: str = ""
    log_retention_days: int = Field(default=0, ge=0, le=36_500)
    hot_tier_mb: int = Field(default=64, ge=0)
    cache_ttl_days: int = Field(default=30, ge=0, le=36_500)
    cache_entries_per_user: int = Field(default=20, ge=0, le=1_000_000)

    database_url: SecretStr = SecretStr("")
    data_dir: Path = Path(".chapterwise")
    docs_dir: Path = Path("docs")
    book_title: str = "Physical AI and humanoid robotics"
    docs_dialect: DialectSetting = DialectSetting.AUTO
    transformations_dir: Path | None = None
    publish: Publish = Publish.AT_ONCE
    renditions: Literal["public", "private"] = "public"
    rewrite: Annotated[tuple[Literal["exercises", "warnings"], ...], NoDecode] = ()

    jwt_secret: SecretStr = SecretStr("")
    access_token_minutes: int = Field(default=15, ge=1)
    refresh_token_days: int = Field(default=30, ge=1)
    registration: Registration = Registration.OPEN
    registrations_per_hour: int = Field(default=60, ge=0)
    auth_jwks_url: str = ""
    auth_issuer: str = ""
    auth_audience: str = ""
    cors_origins: CommaList = ()
    trusted_proxies: CommaList = ("127.0.0.1",)

    llm_providers: CommaList = ("anthropic", "openai")
    anthropic_api_key: SecretStr = SecretStr("")
    anthropic_base_url: str = ""
    anthropic_model: str = "claude-sonnet-5-5"
    anthropic_effort: str = "low"
    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    openai_model: str = "gpt-6.1-terra"
    openai_effort: str = ""
    llm_review: Literal["all", "required", "off"] = "all"
    anthropic_review_model: str = ""
    openai_review_model: str = ""
    llm_timeout_s: float = Field(default=120, gt=0)
    llm_max_concurrency: int = Field(default=16, ge=1)
    llm_daily_budget_usd: Decimal = Field(default=Decimal(0), ge=0, lt=100_000_000)
    llm_prices_file: Path | None = None
    rate_limit_per_minute: int = Field(default=0, ge=0)

    @field_validator("cors_origins", "trusted_proxies", "llm_providers", "rewrite", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

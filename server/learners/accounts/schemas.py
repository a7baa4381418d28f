"""Accounts and tokens on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from server.learners.accounts.credentials import NotAnEmail, normalize_email
from server.learners.accounts.domain import (
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    Account,
    AccountRole,
    Identity,
    NewAccount,
    PasswordChange,
    TokenPair,
)
from server.learners.profiles.domain import profile_hash, profile_of
from server.learners.profiles.schemas import EXAMPLE, OnboardingRequest, OnboardingResponse

ACCOUNT_EXAMPLE: JsonDict = {
    "id": 1,
    "email": "ada@example.com",
    "identity": None,
    "role": "learner",
    "onboarding": {**EXAMPLE, "language_tag": "ur"},
    "profile_hash": "5bcddc45fa02f6a9bdb2fec9945e297a3fbe149ec1ab69d40a96df0b787ae1b9",
    "created_at": "2026-01-31T09:30:00Z",
}
SESSION_EXAMPLE: JsonDict = {
    "signed_in_at": "2026-01-31T09:30:00Z",
    "last_renewed_at": "2026-01-31T11:30:00Z",
    "expires_at": "2026-03-02T11:30:00Z",
}


def _check_email(text: str) -> str:
    try:
        return normalize_email(text)
    except NotAnEmail as error:
        raise PydanticCustomError("email", "{reason}", {"reason": str(error)}) from error


Email = Annotated[str, AfterValidator(_check_email), Field(json_schema_extra={"format": "email"})]
NewPassword = Annotated[
    SecretStr, Field(min_length=MIN_PASSWORD_LENGTH, max_length=MAX_PASSWORD_LENGTH)
]


class RegisterRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "email": "ada@example.com",
                    "password": "correct horse battery",
                    "onboarding": EXAMPLE,
                }
            ]
        },
    )

    email: Email
    password: NewPassword
    onboarding: OnboardingRequest = OnboardingRequest()
    invite: Annotated[
        str | None, Field(description="The token of an invitation, where one is needed.")
    ] = None

    def to_domain(self) -> NewAccount:
        return NewAccount(
            email=self.email,
            password=self.password.get_secret_value(),
            onboarding=self.onboarding.answers(),
            invite=self.invite,
        )


class RefreshRequest(BaseModel):
    """The holder of a refresh token: to renew the session, or to end it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"refresh_token": "rT0mB2ZkQ4yq8mYw1cVxN7pLs9aHdEfGjKuWzXoIiRs"}]
        },
    )

    refresh_token: str


class PasswordRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"current_password": "correct horse battery", "new_password": "staple, and more"}
            ]
        },
    )

    current_password: SecretStr
    new_password: NewPassword

    def to_domain(self) -> PasswordChange:
        return PasswordChange(
            current=self.current_password.get_secret_value(),
            new=self.new_password.get_secret_value(),
        )


class AccountResponse(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [ACCOUNT_EXAMPLE]})

    id: int
    email: Annotated[
        str | None, Field(description="None for an account of the site's identity provider.")
    ]
    identity: Annotated[
        Identity | None,
        Field(description="Who the account is at the site's identity provider, if it is from it."),
    ]
    role: AccountRole
    onboarding: OnboardingResponse
    profile_hash: str
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> "AccountResponse":
        profile = profile_of(account.onboarding)
        return cls(
            id=account.id,
            email=account.email,
            identity=account.identity,
            role=account.role,
            onboarding=OnboardingResponse.of(profile),
            profile_hash=profile_hash(profile),
            created_at=account.created_at,
        )


class TokenResponse(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl",
                    "refresh_token": "rT0mB2ZkQ4yq8mYw1cVxN7pLs9aHdEfGjKuWzXoIiRs",
                    "token_type": "bearer",
                    "expires_in": 900,
                    "user": ACCOUNT_EXAMPLE,
                }
            ]
        }
    )

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int
    user: AccountResponse

    @classmethod
    def of(cls, pair: TokenPair) -> "TokenResponse":
        return cls(
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
            token_type="bearer",  # noqa: S106 - the name of the scheme, not a secret
            expires_in=pair.expires_in,
            user=AccountResponse.of(pair.account),
        )


class ExportResponse(BaseModel):
    """Everything that is held about an account; each feature adds what it holds by name."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "account": ACCOUNT_EXAMPLE,
                    "answers": EXAMPLE,
                    "sessions": [SESSION_EXAMPLE],
                    "invitations": [],
                }
            ]
        },
    )

    account: AccountResponse
    answers: Annotated[dict[str, str], Field(description="The onboarding answers as given.")]

    @classmethod
    def of(cls, account: Account, held: dict[str, object]) -> "ExportResponse":
        return cls.model_validate(
            {"account": AccountResponse.of(account), "answers": dict(account.onboarding), **held}
        )

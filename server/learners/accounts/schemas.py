"""Accounts and tokens on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from server.core.http.examples import Examples
from server.learners.accounts.credentials import NotAnEmail, normalize_email
from server.learners.accounts.domain import (
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    AccountRole,
    Identity,
    NewAccount,
    PasswordChange,
)
from server.learners.profiles.domain import Profile
from server.learners.profiles.schemas import OnboardingRequest

EXAMPLES = Examples(__file__)


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
    """The body that opens an account."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=EXAMPLES.show("RegisterRequest"))

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

    model_config = ConfigDict(extra="forbid", json_schema_extra=EXAMPLES.show("RefreshRequest"))

    refresh_token: str


class PasswordRequest(BaseModel):
    """The body that changes an account's password."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=EXAMPLES.show("PasswordRequest"))

    current_password: SecretStr
    new_password: NewPassword

    def to_domain(self) -> PasswordChange:
        return PasswordChange(
            current=self.current_password.get_secret_value(),
            new=self.new_password.get_secret_value(),
        )


class AccountResponse(BaseModel):
    """An account, on the wire."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra=EXAMPLES.show("AccountResponse")
    )

    id: int
    email: Annotated[
        str | None, Field(description="None for an account of the site's identity provider.")
    ]
    identity: Annotated[
        Identity | None,
        Field(description="Who the account is at the site's identity provider, if it is from it."),
    ]
    role: AccountRole
    onboarding: Annotated[Profile, Field(validation_alias="profile")]
    profile_hash: str
    created_at: datetime


class TokenResponse(BaseModel):
    """The tokens of whoever has signed in, on the wire."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra=EXAMPLES.show("TokenResponse")
    )

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int
    user: Annotated[AccountResponse, Field(validation_alias="account")]


class ExportResponse(BaseModel):
    """Everything that is held about an account; each feature adds what it holds by name."""

    model_config = ConfigDict(extra="allow", json_schema_extra=EXAMPLES.show("ExportResponse"))

    account: AccountResponse
    answers: Annotated[dict[str, str], Field(description="The onboarding answers as given.")]

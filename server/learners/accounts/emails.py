"""E-mail addresses in the one form in which they are stored and compared."""

from email_validator import EmailNotValidError, validate_email

LONGEST_EMAIL = 255


class NotAnEmail(ValueError):
    """The text is not an e-mail address; the message says what is wrong with it."""


def normalize_email(text: str) -> str:
    """The address in lower case and Unicode's normal form; raise NotAnEmail.

    Nothing is asked of the network, and addresses under `.test` are fine: many sites try the
    product out before any mail server knows them.
    """
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from error
    email = checked.normalized.lower()
    if len(email) > LONGEST_EMAIL:
        raise NotAnEmail("The e-mail address is too long.")
    return email


def find_email(text: str) -> str | None:
    """The address that a sign-in means, or None where it cannot be anybody's."""
    try:
        return normalize_email(text.strip())
    except NotAnEmail:
        return None

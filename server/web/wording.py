"""What a person reads when a form was not filled in as it should be."""

from pydantic import ValidationError

from server.errors import FieldError, InvalidInput

SENTENCES = {
    "email": "That is not an e-mail address we can write to.",
    "password": "A password has eight characters or more.",
    "invite": "That is not an invitation code.",
    "role": "Say what brings you here.",
    "programming_experience": "Say how much you have programmed.",
    "robotics_experience": "Say what you have done with robots.",
    "hardware_availability": "Say what is on your desk.",
    "preferred_language": "Say in which language you like to read.",
    "language_tag": "Name the other language by its tag, for example fr, de or pt-BR.",
}
OTHERWISE = "Some of the answers cannot be read. Open the page again and answer once more."


def explain(error: ValidationError) -> InvalidInput:
    """The refusal as sentences, each field once; nothing that was typed is repeated."""
    names = dict.fromkeys(str(each["loc"][0]) if each["loc"] else "" for each in error.errors())
    fields = [FieldError(name, SENTENCES.get(name, OTHERWISE)) for name in names]
    return InvalidInput(" ".join(field.message for field in fields), fields=fields)

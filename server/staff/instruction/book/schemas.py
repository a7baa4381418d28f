"""The wire of the glossary and the catalogue."""

from pydantic import BaseModel, ConfigDict

from server.staff.instruction.book.domain import CatalogueEntry, TermUse


class TermResponse(BaseModel):
    """A term, and the sections that hold it by chapter."""

    term: str
    definition: str
    keep: bool
    translations: dict[str, str]
    occurs_in: dict[str, list[str]]

    @classmethod
    def of(cls, term: TermUse) -> "TermResponse":
        return cls(
            term=term.term,
            definition=term.definition,
            keep=term.keep,
            translations=dict(term.translations),
            occurs_in={id_: list(sections) for id_, sections in term.occurs_in.items()},
        )


class GlossaryResponse(BaseModel):
    """The book's glossary; `problem` says what is wrong with the file since its last edit."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "terms": [
                        {
                            "term": "digital twin",
                            "definition": "A simulated copy of a robot.",
                            "keep": False,
                            "translations": {"ur": "ڈیجیٹل جڑواں"},
                            "occurs_in": {"chapter-02": ["setup"]},
                        }
                    ],
                    "problem": None,
                }
            ]
        }
    )

    terms: list[TermResponse]
    problem: str | None


class CatalogueResponse(BaseModel):
    """Every transformation, in the order in which a plan has them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "transformations": [
                        {
                            "id": "beginner-simplify",
                            "title": "Simpler words",
                            "why": "You are new to programming.",
                            "condition": "programming experience is “Beginner”",
                            "order": 10,
                            "adds": "runs",
                            "excludes": [],
                            "facts": [],
                            "applied_last_30_days": 412,
                        }
                    ]
                }
            ]
        }
    )

    transformations: list[CatalogueEntry]

"""The learners of an evaluation: our representative set, or those of a file."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from server.insight.evaluation.domain import NamedProfile
from server.insight.evaluation.schemas import LearnersFile
from server.learners.profiles.domain import profile_of, with_language
from server.settings import ConfigurationError

OURS = Path(__file__).with_name("profiles.yaml")


class LearnersError(ConfigurationError):
    """A file of learners that cannot be used; the message says which and why."""


def load_learners(
    files: Sequence[Path] = (), languages: Sequence[str] = ()
) -> tuple[NamedProfile, ...]:
    """The learners of these files, or ours; each once for every language, where some are named."""
    learners = [learner for file in files or [OURS] for learner in _read_file(file)]
    if languages:
        learners = list(_translate(learners, languages))
    names = [learner.name for learner in learners]
    for name in names:
        if names.count(name) > 1:
            raise LearnersError(f"Two profiles are called {name!r}.")
    return tuple(learners)


def _translate(
    learners: Iterable[NamedProfile], languages: Sequence[str]
) -> Iterable[NamedProfile]:
    for learner in learners:
        for tag in languages:
            profile = with_language(learner.profile, tag)
            yield NamedProfile(f"{learner.name} in {profile.language_tag}", profile)


def _read_file(path: Path) -> list[NamedProfile]:
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries = LearnersFile.model_validate(content).profiles
    except (OSError, UnicodeDecodeError) as error:
        raise LearnersError(f"The profiles in {path} cannot be read.") from error
    except yaml.YAMLError as error:
        raise LearnersError(f"The profiles in {path} are not YAML.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise LearnersError(f"In the profiles of {path}, {place}: {first['msg']}.") from error
    return [NamedProfile(each.name, profile_of(each.onboarding.answers())) for each in entries]

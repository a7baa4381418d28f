"""The normal form and its hash: equal answers have one name, whatever was left out."""

import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from server.learners.profiles.domain import (
    HardwareAvailability,
    PreferredLanguage,
    Profile,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
    generate_cache_key,
    normal_form,
    profile_hash,
    profile_of,
)

URDU_LEARNER = {
    "role": "Student",
    "programming_experience": "Beginner",
    "robotics_experience": "None",
    "preferred_language": "Urdu",
    "hardware_availability": "Jetson Kit",
}
PROFILES = st.builds(
    Profile,
    role=st.sampled_from(Role),
    programming_experience=st.sampled_from(ProgrammingExperience),
    robotics_experience=st.sampled_from(RoboticsExperience),
    preferred_language=st.just(PreferredLanguage.OTHER),
    hardware_availability=st.sampled_from(HardwareAvailability),
    language_tag=st.sampled_from(["en", "ur", "fr", "pt-BR", "zh-Hant"]),
)


def test_worked_example_of_the_design() -> None:
    profile = profile_of(URDU_LEARNER)
    assert normal_form(profile) == (
        '{"hardware_availability":"Jetson Kit","language_tag":"ur","preferred_language":"Urdu",'
        '"programming_experience":"Beginner","robotics_experience":"None","role":"Student"}'
    )
    assert (
        profile_hash(profile) == "5bcddc45fa02f6a9bdb2fec9945e297a3fbe149ec1ab69d40a96df0b787ae1b9"
    )


def test_empty_answers_hash_like_the_defaults_said_aloud() -> None:
    aloud = {
        "role": "Student",
        "programming_experience": "Intermediate",
        "robotics_experience": "None",
        "preferred_language": "English",
        "hardware_availability": "None",
        "language_tag": "en",
    }
    assert normal_form(profile_of({})) == json.dumps(aloud, sort_keys=True, separators=(",", ":"))
    assert generate_cache_key(1, "chapter-01", {}) == generate_cache_key(1, "chapter-01", aloud)


def test_cache_key_is_user_chapter_and_profile_hash() -> None:
    key = generate_cache_key(7, "module-2/ros2", URDU_LEARNER)
    assert key == (7, "module-2/ros2", profile_hash(profile_of(URDU_LEARNER)))


def test_answers_that_nothing_depends_on_leave_the_hash_alone() -> None:
    assert generate_cache_key(1, "c", {**URDU_LEARNER, "shoe_size": "43"}) == generate_cache_key(
        1, "c", URDU_LEARNER
    )


@given(PROFILES)
def test_a_normal_form_read_back_is_the_same_profile(profile: Profile) -> None:
    text = normal_form(profile)
    assert profile_of(json.loads(text)) == profile
    assert profile_hash(profile) == sha256(text.encode("utf-8")).hexdigest()


@given(PROFILES, PROFILES)
def test_profiles_share_a_hash_only_when_equal(one: Profile, other: Profile) -> None:
    assert (profile_hash(one) == profile_hash(other)) == (one == other)

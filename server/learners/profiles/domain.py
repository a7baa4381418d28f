"""The onboarding profile as a frozen value; `profiles/hashing.py` gives its normal form."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    STUDENT = "Student"
    PROFESSIONAL = "Professional"
    RESEARCHER = "Researcher"
    INSTRUCTOR = "Instructor"


class ProgrammingExperience(StrEnum):
    BEGINNER = "Beginner"
    INTERMEDIATE = "Intermediate"
    ADVANCED = "Advanced"


class RoboticsExperience(StrEnum):
    NONE = "None"
    SIMULATION_ONLY = "Simulation-only"
    HARDWARE = "Hardware"


class PreferredLanguage(StrEnum):
    ENGLISH = "English"
    URDU = "Urdu"
    OTHER = "Other"


class HardwareAvailability(StrEnum):
    RTX_WORKSTATION = "RTX Workstation"
    CLOUD = "Cloud"
    JETSON_KIT = "Jetson Kit"
    NONE = "None"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile with every default filled in; `language_tag` is a canonical BCP-47 tag."""

    role: Role = Role.STUDENT
    programming_experience: ProgrammingExperience = ProgrammingExperience.INTERMEDIATE
    robotics_experience: RoboticsExperience = RoboticsExperience.NONE
    preferred_language: PreferredLanguage = PreferredLanguage.ENGLISH
    hardware_availability: HardwareAvailability = HardwareAvailability.NONE
    language_tag: str = "en"

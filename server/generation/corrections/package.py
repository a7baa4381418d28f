"""What the corrections of instructors bring."""

from server.core.packages import Package
from server.generation.corrections.models import SectionHintRow, SectionLockRow, SectionPinRow

corrections = Package(tables=(SectionPinRow, SectionHintRow, SectionLockRow))

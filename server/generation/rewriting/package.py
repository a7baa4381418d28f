"""What rewriting brings: the store of sections."""

from server.core.packages import Package
from server.generation.rewriting.store.models import SectionRewriteRow

rewriting = Package(tables=(SectionRewriteRow,))

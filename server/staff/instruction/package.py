"""What instruction brings."""

from server.core.packages import Package
from server.staff.instruction.acts.router import router as acts
from server.staff.instruction.cache.router import router as cache
from server.staff.instruction.review.router import router as review

instruction = Package(routers=(cache, acts, review))

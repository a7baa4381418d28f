"""What feedback brings."""

from server.core.packages import Package
from server.insight.feedback.models import FeedbackRow
from server.insight.feedback.router import router
from server.insight.feedback.service import export_account

feedback = Package(routers=(router,), tables=(FeedbackRow,), exports=(export_account,))

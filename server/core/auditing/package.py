"""What the audit log brings."""

from server.core.auditing.models import InstructionAuditRow
from server.core.auditing.service import export_account
from server.core.packages import Package

auditing = Package(tables=(InstructionAuditRow,), exports=(export_account,))

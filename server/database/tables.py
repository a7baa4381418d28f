"""Every table in one metadata: what migrations and `alembic check` compare against."""

from server.analytics import models as analytics_models
from server.auditing import models as auditing_models
from server.auth import models as auth_models
from server.budget import models as budget_models
from server.database.base import Base
from server.feedback import models as feedback_models
from server.personalization import correction_models
from server.personalization import models as personalization_models
from server.warming import models as warming_models

TABLE_MODULES = (
    auth_models,
    personalization_models,
    feedback_models,
    budget_models,
    warming_models,
    analytics_models,
    correction_models,
    auditing_models,
)
METADATA = Base.metadata

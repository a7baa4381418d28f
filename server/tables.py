"""Every table in one metadata: what migrations and `alembic check` compare against."""

from server.core.auditing import models as auditing_models
from server.core.database.base import Base
from server.generation.budget import models as budget_models
from server.generation.corrections import models as correction_models
from server.generation.renditions import models as personalization_models
from server.generation.warming import models as warming_models
from server.insight.analytics.rollup import models as analytics_models
from server.insight.feedback import models as feedback_models
from server.learners.accounts import models as auth_models

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

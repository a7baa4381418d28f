"""Every table in one metadata: what migrations and `alembic check` compare against."""

from server.auth import models as auth_models
from server.budget import models as budget_models
from server.database.base import Base
from server.feedback import models as feedback_models
from server.personalization import models as personalization_models

TABLE_MODULES = (auth_models, personalization_models, feedback_models, budget_models)
METADATA = Base.metadata

"""Every table in one metadata: what migrations and `alembic check` compare against."""

from server.auth import models as auth_models
from server.database.base import Base
from server.personalization import models as personalization_models

TABLE_MODULES = (auth_models, personalization_models)
METADATA = Base.metadata

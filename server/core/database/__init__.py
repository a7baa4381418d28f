"""The database: engine, sessions, embedded PostgreSQL, migrations, naming convention."""

"""What can go wrong with the database before the first request, each with a way out."""


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do."""

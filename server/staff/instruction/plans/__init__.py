"""The plans that learners have, and what an edit changed for each."""

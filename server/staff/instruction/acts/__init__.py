"""Acts of instructors: edit, accept, pin, reject, lock."""

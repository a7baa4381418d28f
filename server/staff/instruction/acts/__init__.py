"""Acts of instructors: edit, pin, reject, lock."""

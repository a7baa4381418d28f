"""Every page and every form: the least role that may, and an address for those with parameters.

A new page belongs here; the tests that walk all pages fail until it does.
"""

from server.auth.domain import AccountRole

ANYONE = None
CHAPTER = "/chapters/chapter-01"

# Routes with parameters, each with an address that they answer in the book of this repository.
EXAMPLES = {
    "/chapters/{chapter_id:path}": CHAPTER,
    "/media/{path:path}": "/media/img/chapter-01-anatomy.svg",
    "/static": "/static/page.js",
}

# The pages that are opened, with the least role that may.
PAGES = {
    "/": ANYONE,
    CHAPTER: ANYONE,
    "/media/img/chapter-01-anatomy.svg": ANYONE,
    "/sign-in": ANYONE,
    "/sign-up": ANYONE,
    "/docs": ANYONE,
    "/static/page.js": ANYONE,
    "/welcome": AccountRole.LEARNER,
    "/profile": AccountRole.LEARNER,
    "/profile/export": AccountRole.LEARNER,
    "/instructor": AccountRole.INSTRUCTOR,
    "/admin": AccountRole.ADMIN,
    "/admin/accounts": AccountRole.ADMIN,
}
# What forms and the script send; each needs the form's token first.
POSTS = {
    "/sign-in": ANYONE,
    "/sign-up": ANYONE,
    "/sign-out": ANYONE,
    "/personalize": AccountRole.LEARNER,
    "/feedback": AccountRole.LEARNER,
    "/welcome": AccountRole.LEARNER,
    "/profile": AccountRole.LEARNER,
    "/profile/password": AccountRole.LEARNER,
    "/profile/erase": AccountRole.LEARNER,
    "/instructor/clear": AccountRole.INSTRUCTOR,
    "/admin/accounts": AccountRole.ADMIN,
}
SCRIPTS = ("/personalize", "/feedback")

# What is opened, but is no page to look at: a file, or somebody else's page.
FILES = {"/media/img/chapter-01-anatomy.svg", "/docs", "/static/page.js", "/profile/export"}
LOOKED_AT = [path for path in PAGES if path not in FILES]

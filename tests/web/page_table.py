"""Every page and every form: the least role that may, and an address for those with parameters.

A new page belongs here; the tests that walk all pages fail until it does.
"""

from server.learners.accounts.domain import AccountRole
from tests.web.warm_ups import WARM_UP

ANYONE = None
CHAPTER = "/chapters/chapter-01"
READING = f"/instructor/renditions/{'0f' * 32}"

# Routes with parameters, each with an address that they answer in the book of this repository.
EXAMPLES = {
    "/chapters/{chapter_id:path}": CHAPTER,
    "/media/{path:path}": "/media/img/chapter-01-anatomy.svg",
    "/static": "/static/page.js",
    "/admin/csv/{name}": "/admin/csv/chapters",
    "/instructor/chapters/{chapter_id:path}": "/instructor/chapters/chapter-01",
    "/instructor/review/{chapter_id:path}": "/instructor/review/chapter-01",
    "/instructor/renditions/{rendition_hash}": READING,
    "/instructor/warming/{job_id}": WARM_UP,
    "/instructor/warming/{job_id}/cancel": f"{WARM_UP}/cancel",
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
    "/instructor/chapters/chapter-01": AccountRole.INSTRUCTOR,
    "/instructor/warm": AccountRole.INSTRUCTOR,
    WARM_UP: AccountRole.INSTRUCTOR,
    "/instructor/review/chapter-01": AccountRole.INSTRUCTOR,
    "/instructor/queue": AccountRole.INSTRUCTOR,
    READING: AccountRole.INSTRUCTOR,
    "/instructor/glossary": AccountRole.INSTRUCTOR,
    "/instructor/catalogue": AccountRole.INSTRUCTOR,
    "/instructor/dry-run": AccountRole.INSTRUCTOR,
    "/instructor/audit": AccountRole.INSTRUCTOR,
    "/admin": AccountRole.ADMIN,
    "/admin/log": AccountRole.ADMIN,
    "/admin/csv/log": AccountRole.ADMIN,
    "/admin/csv/chapters": AccountRole.ADMIN,
    "/admin/accounts": AccountRole.ADMIN,
}
# What forms and the script send; each needs the form's token first.
POSTS = {
    "/sign-in": ANYONE,
    "/sign-up": ANYONE,
    "/sign-out": ANYONE,
    "/session/token": AccountRole.LEARNER,
    "/welcome": AccountRole.LEARNER,
    "/profile": AccountRole.LEARNER,
    "/profile/password": AccountRole.LEARNER,
    "/profile/erase": AccountRole.LEARNER,
    "/instructor/clear": AccountRole.INSTRUCTOR,
    "/instructor/warm": AccountRole.INSTRUCTOR,
    f"{WARM_UP}/cancel": AccountRole.INSTRUCTOR,
    "/instructor/acts/edit": AccountRole.INSTRUCTOR,
    "/instructor/acts/accept": AccountRole.INSTRUCTOR,
    "/instructor/acts/pin": AccountRole.INSTRUCTOR,
    "/instructor/acts/unpin": AccountRole.INSTRUCTOR,
    "/instructor/acts/reject": AccountRole.INSTRUCTOR,
    "/instructor/acts/lock": AccountRole.INSTRUCTOR,
    "/instructor/acts/unlock": AccountRole.INSTRUCTOR,
    "/admin/accounts": AccountRole.ADMIN,
    "/admin/accounts/activity": AccountRole.ADMIN,
    "/admin/accounts/sign-out": AccountRole.ADMIN,
    "/admin/accounts/invite": AccountRole.ADMIN,
}
SCRIPTS = ("/session/token",)

# What is opened, but is no page to look at: a file, or somebody else's page.
FILES = {
    "/media/img/chapter-01-anatomy.svg",
    "/docs",
    "/static/page.js",
    "/static/chapterwise.js",
    "/profile/export",
    "/admin/csv/log",
    "/admin/csv/chapters",
}
LOOKED_AT = [path for path in PAGES if path not in FILES]

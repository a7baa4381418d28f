"""What the pages bring."""

from server.core.packages import Package
from server.web.router import install_pages, router

web = Package(root_routers=(router,), install=install_pages)

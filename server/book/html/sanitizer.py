"""The last gate before a page: whatever the Markdown held, only this HTML comes out."""

import nh3

from server.book.html.links import resolve_link, resolve_picture

_TEXT_TAGS = "a abbr b br code del em i ins kbd mark q s samp small span strong sub sup u var"
_BLOCK_TAGS = (
    "article aside blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr img li "
    "ol p pre section summary ul caption table tbody td tfoot th thead tr"
)
_TAGS = set(f"{_TEXT_TAGS} {_BLOCK_TAGS}".split())
_ATTRIBUTES = {
    "*": {"id", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"},
    "details": {"open"},
}
_BOXES = {"admonition", "note", "tip", "info", "warning", "danger", "added"}
_CLASSES = {
    "a": {"footnote-backref"},
    "blockquote": {"added"},
    "details": _BOXES,
    "div": _BOXES | {"table"},
    "li": {"task-list-item"},
    "p": {"admonition-title"},
    "section": {"footnotes"},
    "summary": {"admonition-title"},
    "ul": {"contains-task-list"},
}


def sanitize(html: str, chapter_id: str) -> str:
    """HTML without scripts, styles, handlers, foreign pictures or unknown elements.

    Links and pictures, those of raw HTML too, lead where the chapter means them to.
    """

    def lead(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("a", "href"):
            return resolve_link(value, chapter_id)
        if (tag, attribute) == ("img", "src"):
            return resolve_picture(value, chapter_id)
        return value

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=lead,
        allowed_classes=_CLASSES,
        tag_attribute_values={"div": {"tabindex": {"0"}}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )

"""Known disagreements: the oracle is wrong, or two dialects differ; each with its reason."""

import re
from dataclasses import dataclass

from tests.oracle.coverage import Miss


@dataclass(frozen=True, slots=True)
class Known:
    page: str  # a pattern for the page's whole name
    kind: str
    text: str  # a pattern for the beginning of the protected stretch
    reason: str

    def covers(self, miss: Miss) -> bool:
        return (
            self.kind == miss.kind
            and re.fullmatch(self.page, miss.page) is not None
            and re.match(self.text, miss.text) is not None
        )


KNOWN = (
    Known(
        r"unclosed formulas \(.*",
        "math",
        r"\$\$\nnever closed",
        "remark-math runs an unclosed `$$` to the end of the file; no site shows that as a formula",
    ),
    Known(
        r"currency \(.*",
        "inlineMath",
        r"\$5 and \$",
        "two prices in a sentence are no formula, whatever remark-math says",
    ),
    Known(
        r"HTML comment with everything \(mdx.*",
        "code",
        r"```\n-->",
        "the unclosed comment is no MDX, and what remark reads instead knows no comments at all",
    ),
)

# What these pages hold changes its meaning with every word around it, for the reasons above.
UNDECIDABLE_PAGES = re.compile(r"(?:unclosed formulas|currency|HTML comment with everything) \(.*")


def is_known(miss: Miss) -> bool:
    return any(known.covers(miss) for known in KNOWN)

"""A second, independent reading of chapters: remark in Node, beside our own splitter."""

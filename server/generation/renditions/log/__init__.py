"""The log of requests: written in groups, before the answer."""

"""The heart: from an order to a rendition, through the caches, once for everybody."""

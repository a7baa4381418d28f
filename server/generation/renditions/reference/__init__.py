"""Renditions by their hash: bytes that never change, packed once, kept by whoever reads them."""

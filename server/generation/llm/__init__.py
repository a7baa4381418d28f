"""Models: one port with streaming, and its clients."""

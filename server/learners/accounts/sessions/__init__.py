"""Sessions: tokens that rotate and expire."""

"""The store of section rewrites, each under the name of all that shapes it."""

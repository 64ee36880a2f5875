"""The mirror: the whole dashboard as static files, for any web host or a memory stick. Start reading in `build`."""

"""Pictures drawn from the data: those of the page Analysis, and preview images for links. Start with `analysis`."""

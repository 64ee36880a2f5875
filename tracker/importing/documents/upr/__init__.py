"""Documents of the Universal Periodic Review: reports of the Working Group, addenda with answers, thematic lists."""

"""The stories: each test says in its name what is so."""

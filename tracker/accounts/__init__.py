"""Who may sign in: accounts, invitations, sessions. Start with `accounts`."""

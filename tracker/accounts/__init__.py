"""Accounts, invitations and sessions: who may sign in. Start with `accounts`."""

"""Messages to people: new changes to channels of Telegram, Mastodon and others, and deadlines by mail.

Start reading in `sending` for channels, in `reminders` for mails.
"""

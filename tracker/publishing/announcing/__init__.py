"""Send news about changed data to channels (Telegram, Mastodon and others), and reminders of deadlines by mail.

Start reading in `sending` for the channels, and in `reminders` for the mails.
"""

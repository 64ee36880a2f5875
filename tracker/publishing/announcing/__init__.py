"""Announcements: what is new in the public feed is sent to channels, such as one of Telegram or Mastodon."""

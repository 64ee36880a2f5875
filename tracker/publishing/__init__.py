"""What leaves the dashboard: pages, files, pictures, announcements. Start with `request`, then `pages/recommendation`."""

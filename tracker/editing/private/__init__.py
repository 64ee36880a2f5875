"""The private side, which only editors see and code for readers never imports. Start with `folder`."""

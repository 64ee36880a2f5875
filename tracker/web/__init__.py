"""HTTP around Streamlit: the app, middleware, cached responses, sign-in. Start with `app`, then `routes`."""

"""What a request must pass before anything answers it: origin, limits, allowed messages, uploads. Start with `streamlit_gate`."""

"""The Streamlit pages, one a file; `shared` has what they share, `forms` has one form a file."""

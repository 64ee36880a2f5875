"""The Streamlit pages, one in each file. `shared` is code that several pages use, `forms` are their forms."""

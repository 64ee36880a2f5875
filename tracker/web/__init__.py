"""What the web server answers beside Streamlit: the shell of the pages, compressed static files, who is at this machine."""

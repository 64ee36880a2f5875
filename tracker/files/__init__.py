"""Clean uploaded files before they are kept: recognize, clean, extract text, black out, preview. Start with `process`.

Nothing here shows a page or writes to the disk. A file is untrusted: it is opened only in a process of its own, with
limits. `kept_file` has the values that come back; `process.clean_bytes` has the steps inside the process.
"""

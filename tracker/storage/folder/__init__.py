"""A storage that is a folder of files: locks, guarded reads, replacing several files together. Start with `storage`."""

"""Starting, filling, backing up and restoring a clinic."""

"""Order lines of the demonstration: consistent with its contracts and its actions, as many as asked for."""

"""What waits to be done: tasks with an owner and a clock, messages, the worker."""

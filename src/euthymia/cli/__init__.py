"""The command line: reads files, calls `assess`, shows the assessment."""

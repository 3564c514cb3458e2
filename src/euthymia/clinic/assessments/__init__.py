"""What the judge said of a chart on one day, kept with all it rested on, signed by a clinician."""

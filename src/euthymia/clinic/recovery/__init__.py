"""The plan for lasting recovery, made with the patient: supports, early signs, safety, steps."""

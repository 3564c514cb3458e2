"""What comes from outside: files of other systems, attachments, answers by patient link."""

"""What leaves the house: tables of issues, records, chases and audit entries, the yearly register, backups."""

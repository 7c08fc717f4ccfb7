"""What comes before an edition is in force: its page, its impact, and two approvals."""

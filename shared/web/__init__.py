"""What the HTTP interfaces share: problem documents."""

"""What has changed: given out to mirrors, and sent to webhooks."""

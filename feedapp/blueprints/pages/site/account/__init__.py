"""What people have of their account beside the settings: their archive, their address."""

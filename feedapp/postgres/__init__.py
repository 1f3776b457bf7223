"""Connections to PostgreSQL that never wait longer than they may, and that notice when the server has gone."""

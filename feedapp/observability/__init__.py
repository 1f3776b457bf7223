"""What an operator looks at: log lines, figures for Prometheus, what a request has cost."""

"""Every page: accessibility, layout, valid HTML, weight."""

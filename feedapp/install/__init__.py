"""What a wheel needs beside the application: where its files are, and the command `feedapp`."""

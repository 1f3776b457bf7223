"""What the calls of the API share: their declaration, how it is carried out, requests and answers."""

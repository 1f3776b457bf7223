"""Whether answers of the API are what its calls declare, and what its OpenAPI document describes."""

"""A community as a file, one JSON object a line: reading one in, and writing one out.

`lines` reads a file whatever form it has, `records` checks each line by its kind (a file of `kinds/` each), `importing`
brings them in batch by batch (a batch is one transaction, `batches` has its rules), `exporting` writes the same form.
"""

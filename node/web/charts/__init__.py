"""Charts: frozen values in, an Altair specification out, rendered to inline SVG and to PNG on the server."""

"""One module per Cloud Function: decode the call, call the library, encode the answer."""

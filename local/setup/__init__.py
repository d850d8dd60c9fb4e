"""Makes a fresh clone ready to run; standard library only, because nothing is installed when it starts."""

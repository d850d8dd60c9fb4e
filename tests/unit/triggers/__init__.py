"""When a run happens, as far as it needs no database."""

"""When a run happens: triggers reconciled with jobs and listeners, events dispatched."""

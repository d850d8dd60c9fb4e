"""Cloud Tasks, Cloud Scheduler and Secret Manager as local gRPC servers on one clock that can be moved."""

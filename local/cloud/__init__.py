"""Cloud Tasks, Cloud Scheduler and Secret Manager as local gRPC servers with one adjustable clock."""

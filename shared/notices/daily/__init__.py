"""The daily digest: a day's reports in one email, for orgs that chose it."""

"""The daily digest: an org's reports of a day in one mail, for orgs that chose it."""

"""Stand-ins for the outside providers (mail, SMS, Slack, Drive, Claude, competitors' menus), real to the wire."""

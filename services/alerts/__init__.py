"""Who is told of what costs money: rules, alerts, mails."""

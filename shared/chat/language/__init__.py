"""Reading a sentence: tokens, spelling, the chart and its rules, and what they leave unread."""

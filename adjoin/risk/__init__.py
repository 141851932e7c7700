"""What is known about sudden events: how grave, how soon to report, what a firm, a pond, a source may do."""

"""What two equal parties do together: ledger, cases, clocks."""

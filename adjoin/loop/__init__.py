"""One file a stage of measure, assess, attribute, decide, hand over, mend, verify, account."""

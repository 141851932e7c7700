"""Tables, rules, bundles and packages: what comes in and goes out."""

"""One file a page: what it holds, and how it is arranged from what the stages say."""

"""The headless core: what a canary run is, where runs are kept and how they are paged. Standard library only."""

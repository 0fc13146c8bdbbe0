"""canaryscope: a terminal explorer for AWS CloudWatch Synthetics canary runs."""

__version__ = "0.1.0"

"""What a run leaves behind, as values to look at: artifacts, report, requests, links, log.

Headless: the standard library, and of this program `canaryscope.runs.text` and the model only. All of it is written
by the monitored site or by who can write to the bucket: each parser bounds size, depth and time, cleans text where it
makes an object, and raises nothing but `canaryscope.evidence.errors.BadArtifact`.
"""

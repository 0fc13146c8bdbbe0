"""The only package that talks to AWS: boto3 and botocore are imported here and in the demo, nowhere else."""

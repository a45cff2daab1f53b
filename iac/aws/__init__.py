"""AWS: the only folder that imports boto3. Thin wrappers, one service or resource a module."""

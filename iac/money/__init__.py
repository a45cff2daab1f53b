"""What the warehouse costs: its price, the limit on it, the bill so far, other clusters, credits. Its hooks are in ability.py."""

"""What AWS documents: node types, names, limits, ports and prices, each with its source.

Read by the product and by the simulator; imports nothing but the standard library.
"""

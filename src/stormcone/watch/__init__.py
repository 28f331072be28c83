"""Journal, signatures and numbering: how a centre acts as one."""

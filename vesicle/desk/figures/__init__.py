"""How the clinic's time was used, for its owner: utilization, who came, how far ahead, what was looked for in vain."""

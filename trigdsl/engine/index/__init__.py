"""The fast way to what `conditions` and `search` define: rows of bits instead of one trigger after another."""

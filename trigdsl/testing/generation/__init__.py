"""Rules, people and events made of choices, whoever makes these: Hypothesis, or a generator of random numbers."""

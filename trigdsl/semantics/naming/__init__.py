"""What the nouns of rules are called in other languages than English."""

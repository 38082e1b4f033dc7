"""Rules as triggers of Zendesk's: what it can hold is written as it has it, and everything else is an error that says so."""

"""The slots of a conference record, each filled from the sentences that report on the conference."""

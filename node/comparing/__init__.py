"""What policy staff read: from the store of merged observations to the view that one address shows."""

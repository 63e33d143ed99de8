"""What an operator does about partners' feeds: forks, quarantine, and where a number comes from."""

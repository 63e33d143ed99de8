"""What readers take away as files: workbooks and briefings."""

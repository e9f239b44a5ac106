"""The repository: papers and links, their versions, and how they are found again."""

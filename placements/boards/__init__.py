"""Boards: lists to work from. The coordinator's, the employer's and hall's, and the provider's."""

"""The demo's own pages: one-tap sign-in, the walk through the loop, the mailbox. They exist only while DEMO is on."""

"""What submissions are measured by: reference pipelines, their leaderboard, and the validation scale.

The pipelines are of other kinds than those that the embedded policy can write: nobody on the leaderboard
is a program of the policy's own language.
"""

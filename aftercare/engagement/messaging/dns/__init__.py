"""The sender's DNS: what receivers look at before they believe a mail, and what should stand there.

- `records`: what each record says and lacks, over plain texts.
- `asking`: the questions, bounded in time; never within a transaction.
"""

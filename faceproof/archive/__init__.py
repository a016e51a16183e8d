"""The only door to the vault. What is kept of a person is put, opened and shredded here, nowhere else.

The door:

=============================================  ======================================================
`store.put`, `store.put_proof`                 seal a selfie; seal a master with its marked rendition
`store.open_object`, `store.open_part`         the bytes again, where row-level security shows them
`store.copy_as_headshot`                       a draft, sealed once more under the headshot key
`store.shred`, `store.shred_subject`           hide at once and for ever: first half of an erasure
`store.finish_erasures`, `store.open_erasures` remove, look, verify: second half; what is still open
`store.sweep`, `store.missing`                 remove what no row knows; rows whose bytes are gone
`trail.record`, `trail.story`                  write an entry with its action; read a story back
`keyring.start`, `keyring.rotate_master`       check or make the key store; a new master keyset
=============================================  ======================================================

Two rules make ``kill -9`` harmless. Bytes are written *before* the commit that makes them reachable and
removed *after* the commit that makes them unreachable. And what no row refers to, the sweep removes.

Everything but `finish_erasures` and `sweep` runs inside `tenancy.scope`, in the caller's transaction.
Transactions that change one subject's things take turns (`locks`): keep slow work outside of them.
"""

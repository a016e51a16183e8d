"""The core to audit: sealing, keys, and the states of an erasure. Standard library and tink only.

Read in this order (each file stands alone on those before it):

==============  =====================================================================================
`header`        the first bytes of everything stored here, and the four ways in which reading fails
`keys`          data keys (one per subject and class) and the master keyset that wraps them
`envelope`      `seal` and `open_sealed`: bytes in, bytes out, bound to one context
`keyfile`       a file that holds one key: written once, whole or not at all, destroyed and looked after
`erasure`       requested → hidden → destroyed → verified, none skippable
==============  =====================================================================================

The stored formats are specified byte by byte in ``docs/formats/sealed.md`` and ``docs/formats/keystore.md``.
Nothing here logs, opens a network connection, or knows of Django and the database.
"""

"""What is done to orders from here: quoted, weighed against the authority matrix, confirmed, carried out, taken back.

An act is quoted outside any transaction, held against its agent's limits in one, carried out by a job outside any, and
kept in the ledger for ever. It is never tried again after an unknown outcome, and never done twice under one key.
"""

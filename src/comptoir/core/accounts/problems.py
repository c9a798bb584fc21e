"""What can go wrong with an account; doors say it in words."""


class AccountProblem(ValueError):
    """The account stays as it was."""


class AddressTaken(AccountProblem):
    """Another account has that address."""


class LastOwner(AccountProblem):
    """The house would be left without an owner who can sign in."""


class NotAllowed(AccountProblem):
    """One does not do this to oneself."""


class PlaceMissing(AccountProblem):
    """A store manager without a store, or an agent without any shop, would see nothing."""


class LinkExpired(AccountProblem):
    """The link is used, too old, replaced by a later one, or not ours."""


class WrongCredentials(AccountProblem):
    """Address and password do not go together; nobody is told which of them is wrong."""


class WrongCode(AccountProblem):
    """The code is wrong, too old, or was used already."""


class AlreadySetUp(AccountProblem):
    """The installation has its first owner."""

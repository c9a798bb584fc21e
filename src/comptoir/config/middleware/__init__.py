"""What happens around every page: request id and log, host, security headers, the agent, the language."""

from comptoir.config.middleware.agents import Agent, Language
from comptoir.config.middleware.hosts import Hosts
from comptoir.config.middleware.requests import Request
from comptoir.config.middleware.security import Security

__all__ = ["Agent", "Hosts", "Language", "Request", "Security"]

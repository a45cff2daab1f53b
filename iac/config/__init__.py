"""What should be: dwh.cfg as a value, and the values a run writes back into it."""

from iac.config.config import Config, read
from iac.config.file import check_writable
from iac.config.git import git_exposure
from iac.config.credentials import Credentials
from iac.config.writeback import write

__all__ = ["Config", "Credentials", "check_writable", "git_exposure", "read", "write"]

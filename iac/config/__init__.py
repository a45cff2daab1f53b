"""What should be: dwh.cfg as a value. What writes into it is loaded only by a run: writeback.py."""

from iac.config.config import Config, Credentials, read
from iac.config.file import check_writable

__all__ = ["Config", "Credentials", "check_writable", "read"]

"""The node's configuration: `node.toml` and the environment, read once into frozen values.

Nothing else in the package reads the environment. `docs/reference/configuration.md` lists every setting.
"""

from node.config.load import HOME_VARIABLE, PASSPHRASE_VARIABLE, load_config, parse_config
from node.config.schema import flatten_messages
from node.config.settings import (
    OPERATORS,
    SOURCE_KINDS,
    CodedColumn,
    Condition,
    FieldSource,
    LifetimeConfig,
    LimitConfig,
    NodeConfig,
    ScheduleConfig,
    SourceConfig,
)

__all__ = [
    "HOME_VARIABLE",
    "OPERATORS",
    "PASSPHRASE_VARIABLE",
    "SOURCE_KINDS",
    "CodedColumn",
    "Condition",
    "FieldSource",
    "LifetimeConfig",
    "LimitConfig",
    "NodeConfig",
    "ScheduleConfig",
    "SourceConfig",
    "flatten_messages",
    "load_config",
    "parse_config",
]

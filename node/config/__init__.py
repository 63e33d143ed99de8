"""The node's configuration: `node.toml` and the environment, read once into frozen values.

Nothing else in the package reads the environment. `docs/reference/configuration.md` lists every setting.
"""

from node.config.load import (
    HOME_VARIABLE,
    KEY_VARIABLE_PREFIX,
    PASSPHRASE_VARIABLE,
    PIN_VARIABLE,
    load_config,
    parse_config,
)
from node.config.schema import flatten_messages
from node.config.settings import (
    OPERATORS,
    SOURCE_KINDS,
    CodedColumn,
    Condition,
    FeedConfig,
    FieldSource,
    LifetimeConfig,
    LimitConfig,
    NodeConfig,
    ScheduleConfig,
    SignalConfig,
    SourceConfig,
    TitleConfig,
    TitleIndexConfig,
    WebConfig,
)

__all__ = [
    "HOME_VARIABLE",
    "KEY_VARIABLE_PREFIX",
    "OPERATORS",
    "PASSPHRASE_VARIABLE",
    "PIN_VARIABLE",
    "SOURCE_KINDS",
    "CodedColumn",
    "Condition",
    "FeedConfig",
    "FieldSource",
    "LifetimeConfig",
    "LimitConfig",
    "NodeConfig",
    "ScheduleConfig",
    "SignalConfig",
    "SourceConfig",
    "TitleConfig",
    "TitleIndexConfig",
    "WebConfig",
    "flatten_messages",
    "load_config",
    "parse_config",
]

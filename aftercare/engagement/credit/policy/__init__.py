"""Pure decisions about credit and codes."""

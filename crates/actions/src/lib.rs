//! The verbs: install, upgrade, rollback, uninstall, template.

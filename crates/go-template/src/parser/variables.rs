//! The variables of a template while it is parsed.

use std::sync::Arc;

/// What a variable's name stands for at some place.
pub(super) enum Binding {
    Slot(u32),
    /// A variable that Go's parser knows and its executor will not find.
    Valueless,
    Unknown,
}

/// What belongs to one template: a definition starts a new one.
pub(super) struct Unit {
    /// The variables in scope, in the order in which they get their values.
    pub variables: Vec<(Arc<str>, u32)>,
    /// Names that may be used and have no value here: variables of the pipelines we are in,
    /// which get their values when these are done, and in an `else` those of the body
    /// before it.
    pub valueless: Vec<Arc<str>>,
    pub slots: usize,
    pub loops: usize,
    /// How many declarations stand in parentheses, where `and` and `or` may pass them over.
    pub conditional: usize,
}

impl Unit {
    pub fn new() -> Self {
        Self {
            variables: vec![("$".into(), 0)],
            valueless: Vec::new(),
            slots: 1,
            loops: 0,
            conditional: 0,
        }
    }

    /// A new variable, in a slot that no variable in scope has.
    pub fn declare(&mut self, name: &str) -> u32 {
        let slot = self.next_slot();
        self.variables.push((name.into(), slot));
        self.slots = self.slots.max(slot as usize + 1);
        slot
    }

    /// An assignment to a variable. GO: one that was never declared is an error only when
    /// the assignment is executed.
    pub fn assign(&mut self, name: &str) -> Option<u32> {
        match self.find(name) {
            Binding::Slot(slot) => Some(slot),
            _ => {
                self.valueless.push(name.into());
                None
            }
        }
    }

    /// What a name stands for: the earlier variable while a new one is only being declared.
    pub fn find(&self, name: &str) -> Binding {
        if let Some(variable) = self.variables.iter().rev().find(|v| *v.0 == *name) {
            Binding::Slot(variable.1)
        } else if self.valueless.iter().any(|v| **v == *name) {
            Binding::Valueless
        } else {
            Binding::Unknown
        }
    }

    /// The variable of this name that the one in scope hides.
    pub fn hidden(&self, name: &str) -> Option<u32> {
        let named = self.variables.iter().rev().filter(|v| *v.0 == *name);
        named.map(|variable| variable.1).nth(1)
    }

    /// The slot of the next variable.
    pub fn next_slot(&self) -> u32 {
        self.variables.last().map_or(0, |variable| variable.1 + 1)
    }

    pub fn open_scope(&self) -> (usize, usize) {
        (self.variables.len(), self.valueless.len())
    }

    pub fn close_scope(&mut self, (variables, valueless): (usize, usize)) {
        self.variables.truncate(variables);
        self.valueless.truncate(valueless);
    }

    /// Takes the values from the variables of a body that is over. GO: their names are good
    /// to the end of the block, but stand for the variables of the same name around it.
    pub fn forget_from(&mut self, start: usize) {
        let names = self.variables.drain(start..).map(|variable| variable.0);
        self.valueless.extend(names);
    }
}

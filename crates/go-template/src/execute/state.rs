//! What all templates of one execution share.

use std::collections::HashMap;

use pintle_go_value::{Value, age};

use super::memo::Memo;
use crate::cell::Cell;
use crate::stack::Stack;
use crate::{Limits, Recording};

/// Output, variables and counters of one execution.
pub(crate) struct State {
    pub(super) limits: Limits,
    /// The output so far, with that of open includes at its end.
    pub(super) out: Vec<u8>,
    /// The variables of all open templates, each template's in a row; none where nothing
    /// was declared yet.
    pub(super) variables: Vec<Option<Cell>>,
    /// Argument lists to use again.
    spare: Vec<Vec<Value>>,
    /// How many templates are open through `include` and `tpl`.
    pub(super) open: usize,
    /// How often each named template is open through `include`.
    pub(super) open_includes: HashMap<Box<str>, usize>,
    pub(super) stack: Stack,
    /// What templates gave before, unless it is to be found out again.
    pub(super) memo: Option<Memo>,
    /// When the execution began.
    pub(super) began: u64,
    /// What is left of the steps that the limits allow.
    steps: u64,
    /// What is done, when somebody wants to know.
    pub(super) recording: Option<Box<Recording>>,
}

impl State {
    /// The output goes to the end of `out`.
    pub(crate) fn new(limits: &Limits, out: Vec<u8>) -> Self {
        Self {
            limits: *limits,
            out,
            variables: Vec::new(),
            spare: Vec::new(),
            open: 0,
            open_includes: HashMap::new(),
            stack: Stack::here(),
            memo: None,
            began: age::tick(),
            steps: limits.max_steps,
            recording: None,
        }
    }

    /// The same that need not find out again what is in `memo`.
    pub(crate) fn with_memo(self, memo: Memo) -> Self {
        Self {
            memo: Some(memo),
            ..self
        }
    }

    /// The same that records what is done.
    pub(crate) fn recorded(limits: &Limits) -> Self {
        Self {
            recording: Some(Box::default()),
            ..Self::new(limits, Vec::new())
        }
    }

    /// Takes what was recorded.
    pub(crate) fn take_recording(&mut self) -> Recording {
        self.recording
            .take()
            .map(|boxed| *boxed)
            .unwrap_or_default()
    }

    /// The whole output.
    pub(crate) fn into_output(self) -> Vec<u8> {
        self.out
    }

    /// The whole output, and what was found out.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Memo) {
        (self.out, self.memo.unwrap_or_default())
    }

    /// Whether there is more output than the limit allows.
    pub(super) fn is_full(&self) -> bool {
        self.out.len() > self.limits.max_output_bytes
    }

    /// Takes these steps from what is left; whether there were as many.
    pub(super) fn spend(&mut self, steps: u64) -> bool {
        match self.steps.checked_sub(steps) {
            Some(left) => self.steps = left,
            None => return false,
        }
        true
    }

    /// An empty list for arguments.
    pub(super) fn argument_list(&mut self) -> Vec<Value> {
        self.spare.pop().unwrap_or_default()
    }

    /// Takes an argument list back.
    pub(super) fn recycle(&mut self, mut arguments: Vec<Value>) {
        arguments.clear();
        self.spare.push(arguments);
    }
}

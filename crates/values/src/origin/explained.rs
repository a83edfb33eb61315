//! What came of all that the layers say.

use pintle_go_value::Value;

use super::Say;

/// What one layer's word on a value comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is the value.
    Decides,
    /// It is a table that meets those of other layers, key by key.
    Merges,
    /// It takes the value away.
    Removes,
    /// A stronger layer has said otherwise.
    Overridden,
}

impl Effect {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decides => "decides",
            Self::Merges => "merges",
            Self::Removes => "removes",
            Self::Overridden => "overridden",
        }
    }
}

/// What every layer says about a value, strongest first, and what comes of it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Each layer's word with its effect.
    pub says: Vec<(Say, Effect)>,
}

impl Explained {
    /// Weighs the words of the layers, which are given strongest first.
    pub fn new(says: Vec<Say>) -> Self {
        let mut decided = false;
        let mut tables = false;
        let mut weigh = |say: Say| {
            let is_table = matches!(say.value, Value::Map(_));
            let effect = if decided {
                Effect::Overridden
            } else if is_table {
                tables = true;
                Effect::Merges
            } else if tables {
                // HELM: a table is not given up for something weaker that is none.
                Effect::Overridden
            } else {
                decided = true;
                match say.value {
                    Value::Nil => Effect::Removes,
                    _ => Effect::Decides,
                }
            };
            (say, effect)
        };
        Self {
            says: says.into_iter().map(&mut weigh).collect(),
        }
    }

    /// The word that counts most.
    pub fn first(&self) -> Option<&Say> {
        self.says.first().map(|(say, _)| say)
    }
}

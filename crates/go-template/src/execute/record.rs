//! What is told to a recording. Without one, nothing here costs more than a glance.

use std::sync::Arc;

use pintle_go_value::Str;

use super::{At, Machine};
use crate::Place;
use crate::cell::Cell;
use crate::node::{Node, Pipeline, Position, Ref, Row, Span};
use crate::recording::NodeKind;

impl Machine<'_, '_> {
    /// A node begins.
    pub(super) fn record_node(&mut self, node: Node) {
        let (position, kind) = self.node_position(node);
        let place = Place::new(&self.template.source, position);
        let start = self.state.out.len();
        if let Some(recording) = &mut self.state.recording {
            recording.enter(start, place, kind);
        }
    }

    /// The template `name` is called from here. Gives the mark for [`Self::record_capture`].
    pub(super) fn record_call(&mut self, name: &Arc<str>) -> usize {
        if self.state.recording.is_none() {
            return 0;
        }
        let position = self.position();
        let Some(recording) = &mut self.state.recording else {
            return 0;
        };
        let place = Place::new(&self.template.source, position);
        recording.open(place, name);
        recording.mark()
    }

    /// The template called last wrote its text into ours.
    pub(super) fn record_return(&mut self) {
        if let Some(recording) = &mut self.state.recording {
            recording.close();
        }
    }

    /// A function took the text of the template called last.
    pub(super) fn record_capture(&mut self, mark: usize, start: usize, text: &Str) {
        if let Some(recording) = &mut self.state.recording {
            recording.close();
            recording.capture(mark, start, text);
        }
    }

    /// Names are followed.
    pub(super) fn record_read(&mut self, receiver: &Cell, names: Row<Span>) {
        let place = Place::new(&self.template.source, self.position());
        let names = self.tree.row(names);
        let names = names.iter().map(|name| self.text(*name).into()).collect();
        if let Some(recording) = &mut self.state.recording {
            recording.read(place, &receiver.value, names);
        }
    }

    /// Where the node last begun stands.
    fn position(&self) -> Position {
        match self.at {
            At::Text => 0,
            At::Action(pipeline) | At::Pipeline(pipeline) => pipeline.position,
            At::Template(call) => call.position,
            At::Command(command) => command.position,
            At::Expression(expression) => expression.position(self.tree),
        }
    }

    fn node_position(&self, node: Node) -> (Position, NodeKind) {
        let pipeline = |pipeline: Ref<Pipeline>| self.tree.one(pipeline).position;
        match node {
            Node::Text(span) => (span.start, NodeKind::Text),
            Node::Action(action) => (pipeline(action), NodeKind::Other),
            Node::If(branch) | Node::With(branch) => {
                let arms = self.tree.row(self.tree.one(branch).arms);
                let first = arms.first().map_or(0, |arm| pipeline(arm.pipeline));
                (first, NodeKind::Condition)
            }
            Node::Range(range) => (pipeline(self.tree.one(range).pipeline), NodeKind::Condition),
            Node::Template(call) => (self.tree.one(call).position, NodeKind::Other),
            Node::Break | Node::Continue => (0, NodeKind::Other),
        }
    }
}

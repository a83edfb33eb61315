//! What functions may ask of the template that calls them: `include` and `tpl`.

use std::sync::Arc;

use pintle_go_value::{Str, Value};

use super::{Failure, Machine, Scope, run};
use crate::cell::Cell;
use crate::node::Template;
use crate::{Error, ErrorKind, Runtime};

/// How many templates may be open through `include` and `tpl`, whatever their names.
/// DIFF: Helm counts by name, and `tpl` not at all, and ends when its stack does.
const MAX_OPEN: usize = 10_000;

impl Runtime for Machine<'_, '_> {
    fn execute(&mut self, name: &str, data: Value) -> Result<Str, Error> {
        // HELM: the count is checked before the name.
        self.open_include(name)?;
        let result = match self.scope.find(name) {
            Some(template) => self.capture(self.scope, template, data),
            None => Err(self.scope.shared.no_template(name)),
        };
        if let Some(count) = self.state.open_includes.get_mut(name) {
            *count -= 1;
        }
        result
    }

    fn execute_text(&mut self, name: &str, text: &str, data: Value) -> Result<Str, Error> {
        let parsed = self.scope.shared.parse_cached(name, text)?;
        let outer = self.scope;
        let scope = Scope {
            shared: outer.shared,
            templates: &parsed.templates,
            outer: Some(&outer),
        };
        self.capture(scope, &parsed.main, data)
    }
}

impl Machine<'_, '_> {
    /// What a template writes, if need be by executing it.
    fn capture(
        &mut self,
        scope: Scope<'_>,
        template: &Arc<Template>,
        data: Value,
    ) -> Result<Str, Error> {
        // A `tpl` text may have templates of its own, which those it includes see.
        let is_same_each_time = self.scope.outer.is_none();
        let Some(memo) = self.state.memo.as_mut().filter(|_| is_same_each_time) else {
            return self.capture_anew(scope, template, data);
        };
        match memo.ask(template, &data, self.state.began) {
            Ok(text) => Ok(text),
            Err(question) => {
                let text = self.capture_anew(scope, template, data);
                if let Some(memo) = &mut self.state.memo {
                    memo.keep(question, template, text.as_ref().ok());
                }
                text
            }
        }
    }

    /// Executes a template and takes what it wrote.
    fn capture_anew(
        &mut self,
        scope: Scope<'_>,
        template: &Template,
        data: Value,
    ) -> Result<Str, Error> {
        if self.state.open >= MAX_OPEN {
            let text = format!("exceeded maximum depth of nested templates ({MAX_OPEN})");
            return Err(self.limit(text).into_error());
        }
        self.state.open += 1;
        let start = self.state.out.len();
        let data = Cell::plain(data);
        let mark = self.record_call(&template.name);
        let result = run(scope, self.state, template, data, 0);
        self.state.open -= 1;
        let text = result.map(|()| Str::from(&self.state.out[start..]));
        if let Ok(text) = &text {
            self.record_capture(mark, start, text);
        }
        self.state.out.truncate(start);
        text.map_err(Failure::into_error)
    }

    /// Counts one more include of this name. HELM: its own limit and text.
    fn open_include(&mut self, name: &str) -> Result<(), Error> {
        let limit = self.state.limits.max_include_depth;
        match self.state.open_includes.get_mut(name) {
            Some(count) if *count > limit => {
                let mut error = Error::plain(format!(
                    "rendering template has a nested reference name: {name}: \
                     unable to execute template"
                ));
                error.kind = ErrorKind::Limit;
                return Err(error);
            }
            Some(count) => *count += 1,
            None => {
                self.state.open_includes.insert(name.into(), 1);
            }
        }
        Ok(())
    }
}

//! The rule about values that were given and that no template reads.
//!
//! Helm has no such rule; it is there with `--strict-values` alone.

use super::{Context, Severity, Subject};
use crate::Silent;
use crate::prepare::process_dependencies;
use crate::strict::Strict;

/// Says which values no template reads. What is wrong with the chart is for other rules to say.
pub fn check(subject: &mut Subject<'_>, context: &Context<'_>) {
    let Ok(mut chart) = subject.chart(&Silent) else {
        return;
    };
    let strict = Strict::new(context.options.values.strict, &chart);
    let user = context.user.deep_copy();
    if process_dependencies(&mut chart, &user, &Silent).is_err() {
        return;
    }
    let severity = if strict.refuses() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let given = (&user, &context.sources);
    for unread in strict.unread(&chart, given, context.env, context.events) {
        let text = format!("no template reads {}", unread.what());
        let rule = (severity, unread.place.as_str());
        subject.explained_rule(rule, Err(text), context, |_| unread.explanation());
    }
}

//! Slash-separated paths, by their text only. Helm runs these on Linux rules, so the `os`
//! forms are the same but for `osDir` and `osClean` sharing the code.

use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::{Str, Value};

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("base", &[Text], base, "The last element of a path."),
    fixed("dir", &[Text], dir, "A path without its last element."),
    fixed("clean", &[Text], |c| Ok(Str::from(clean(c.bytes(0)?)).into()), "The shortest path that means the same."),
    fixed("ext", &[Text], extension, "The extension of the last element, with its dot."),
    fixed("isAbs", &[Text], is_absolute, "Whether a path starts at the root."),
    fixed("osBase", &[Text], base, "The last element of a file path."),
    fixed("osDir", &[Text], dir, "A file path without its last element."),
    fixed("osClean", &[Text], |c| Ok(Str::from(clean(c.bytes(0)?)).into()), "The shortest file path that means the same."),
    fixed("osExt", &[Text], extension, "The extension of a file name, with its dot."),
    fixed("osIsAbs", &[Text], is_absolute, "Whether a file path starts at the root."),
];

fn base(call: &Call<'_>) -> Outcome {
    let path = call.bytes(0)?;
    if path.is_empty() {
        return Ok(".".into());
    }
    let kept = path.iter().rposition(|b| *b != b'/').map_or(0, |at| at + 1);
    let last = path[..kept]
        .rsplit(|b| *b == b'/')
        .next()
        .unwrap_or_default();
    Ok(Value::Str(if last.is_empty() {
        "/".into()
    } else {
        last.into()
    }))
}

fn dir(call: &Call<'_>) -> Outcome {
    let path = call.bytes(0)?;
    let kept = path.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
    Ok(Str::from(clean(&path[..kept])).into())
}

fn extension(call: &Call<'_>) -> Outcome {
    let path = call.bytes(0)?;
    let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
    let dot = name.iter().rposition(|b| *b == b'.');
    Ok(Value::Str(dot.map_or(&[][..], |at| &name[at..]).into()))
}

fn is_absolute(call: &Call<'_>) -> Outcome {
    Ok(Value::Bool(call.bytes(0)?.starts_with(b"/")))
}

/// Removes empty and `.` elements, and `..` with what is before it.
fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in path.split(|b| *b == b'/') {
        match element {
            b"" | b"." => {}
            b".." if kept.last().is_some_and(|last| *last != b"..") => {
                kept.pop();
            }
            b".." if rooted => {}
            other => kept.push(other),
        }
    }
    let joined = kept.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", &joined[..]].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

//! Names of files in archives.

use crate::Error;

/// The path below the top folder, checked as Helm does.
pub(super) fn clean_name(name: &str) -> Result<String, Error> {
    // HELM: archives made on Windows separate with backslashes.
    let separator = if name.contains('\\') { '\\' } else { '/' };
    let (top, rest) = name.split_once(separator).unwrap_or((name, ""));
    let rest = rest.replace(separator, "/");
    if rest.starts_with('/') {
        return Err(Error::new("chart illegally contains absolute paths"));
    }
    let clean = clean_path(&rest);
    if clean == "." {
        return Err(Error::new(format!(
            "chart illegally contains content outside the base directory: {name:?}"
        ))
        .hint("all files of a chart archive belong in one folder"));
    }
    if clean.starts_with("..") {
        return Err(Error::new("chart illegally references parent directory")
            .hint(format!("the entry is {name:?}")));
    }
    if matches!(clean.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic()) {
        return Err(Error::new("chart contains illegally named files")
            .hint(format!("the entry is {name:?}")));
    }
    if top == "Chart.yaml" {
        return Err(Error::new("chart yaml not in base directory"));
    }
    Ok(clean)
}

/// Go's `path.Clean` for a relative path.
fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        return ".".to_owned();
    }
    parts.join("/")
}

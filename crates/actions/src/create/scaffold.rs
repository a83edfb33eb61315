//! The files of a new chart.
//!
//! DIFF: the list of files, the values, the names of the definitions and the objects that are
//! made are those of Helm's scaffold, so that what is written about it holds here too; the texts
//! are our own.

/// The files, in the order in which they are written, with the chart's name in them.
pub fn files(name: &str, is_v3: bool) -> impl Iterator<Item = (&'static str, String)> {
    let version = if is_v3 { "v3" } else { "v2" };
    FILES.iter().map(move |(path, text)| {
        let text = text.replace("<CHARTNAME>", name);
        (*path, text.replace("<APIVERSION>", version))
    })
}

/// A file of the scaffold, by its place in the chart.
macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("scaffold/", $path)))
    };
}

const FILES: [(&str, &str); 12] = [
    file!("Chart.yaml"),
    file!("values.yaml"),
    (".helmignore", include_str!("scaffold/helmignore")),
    file!("templates/ingress.yaml"),
    file!("templates/httproute.yaml"),
    file!("templates/deployment.yaml"),
    file!("templates/service.yaml"),
    file!("templates/serviceaccount.yaml"),
    file!("templates/hpa.yaml"),
    file!("templates/NOTES.txt"),
    file!("templates/_helpers.tpl"),
    file!("templates/tests/test-connection.yaml"),
];

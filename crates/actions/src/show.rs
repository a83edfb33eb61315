//! `show`: what a chart says about itself.

use std::fmt::Write as _;

use pintle_chart::{
    Chart, Data, File, Glance, Want, Watch, in_its_chart, is_values_file, values_file,
};
use pintle_go_value::{Map, Value};
use pintle_jsonpath::JsonPath;
use pintle_render::beside::Beside;

use crate::input::{self, ChartInput};
use crate::prepare::report;
use crate::{Class, Error, Events};

/// What to show of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowPart {
    /// Everything.
    All,
    /// `Chart.yaml`, as it was understood.
    Chart,
    /// `values.yaml`, as it is written.
    Values,
    /// The first file called `README.md`, `README.txt` or `README`, in whatever case.
    Readme,
    /// The files under `crds/`, those of subcharts included.
    Crds,
}

/// The chart, and what to show of it.
#[derive(Debug, Clone)]
pub struct ShowOptions {
    /// The chart.
    pub chart: ChartInput,
    /// Which part.
    pub part: ShowPart,
    /// `--jsonpath`: a template over the values, instead of their file.
    pub jsonpath: Option<String>,
}

/// The text for standard output; empty when the chart does not have that part.
///
/// # Errors
/// There is no such chart, the chart is broken, or the template does not parse.
pub fn show(options: &ShowOptions, events: &dyn Events) -> Result<Vec<u8>, Error> {
    let path = input::locate(&options.chart, events)?;
    let watch = Shown::new(options.part, options.jsonpath.is_none());
    let (chart, warnings) = pintle_chart::disk::load_as_is(&path, &watch)?;
    report(warnings, events);
    let wants = |part| matches!(options.part, ShowPart::All) || options.part == part;
    let mut page = Page {
        text: Vec::new(),
        divided: options.part == ShowPart::All,
    };
    if wants(ShowPart::Chart) {
        page.line(&chart.metadata.to_yaml()?);
    }
    if wants(ShowPart::Values) && chart.has_values {
        page.divide();
        match &options.jsonpath {
            Some(template) => page.text.extend(selected(&chart, template)?),
            None => page.files(chart.raw.iter().filter(|file| file.name == "values.yaml")),
        }
    }
    let readme = chart.files.iter().find(|file| is_readme(&file.name));
    if let Some(readme) = readme.filter(|_| wants(ShowPart::Readme)) {
        page.divide();
        page.line(&readme.data);
    }
    if wants(ShowPart::Crds) {
        page.divided = true;
        for crd in chart.crds() {
            if !crd.file.data.starts_with(b"---") {
                page.divide();
            }
            page.line(&crd.file.data);
        }
    }
    Ok(page.text)
}

/// Keeps what is shown, and what a chart is made of. Values are read on a second thread, while
/// the rest of the chart is.
struct Shown {
    part: ShowPart,
    values: Beside<Data, Option<(Data, Map)>>,
}

impl Shown {
    /// `skims`: values need not be known, only to be ones. Files are shown as they are written.
    fn new(part: ShowPart, skims: bool) -> Self {
        Self {
            part,
            values: Beside::new(move || {
                Box::new(move |_, data: Data| {
                    let values = read_values(&data, skims)?;
                    Some((data, values))
                })
            }),
        }
    }

    fn shows(&self, part: ShowPart) -> bool {
        [ShowPart::All, part].contains(&self.part)
    }
}

impl Watch for Shown {
    fn wants(&self, name: &str) -> Want {
        let inner = in_its_chart(name);
        let is_shown = if inner.starts_with("crds/") {
            self.shows(ShowPart::Crds)
        } else if is_readme(name) {
            self.shows(ShowPart::Readme)
        } else {
            // What is loaded stands right in a chart's folder; a chart inside may be an archive.
            !inner.contains('/') || inner.starts_with("charts/")
        };
        if is_shown { Want::Bytes } else { Want::Nothing }
    }

    fn file(&self, path: &str, data: &Data) {
        let is_here = data.place().is_none();
        if is_here && is_values_file(path) {
            self.values.add(path.to_owned(), data.clone(), data.len());
        }
    }

    fn values(&self, path: &str, data: &Data) -> Option<Map> {
        let (of, values) = self.values.take(path)??;
        (of == *data).then_some(values)
    }
}

/// The values of a file, if they are ones; what is wrong with them the loader finds.
fn read_values(data: &Data, skims: bool) -> Option<Map> {
    let skimmed = Some(data).filter(|_| skims);
    if let Some(values) = skimmed.and_then(|data| Glance.values("", data)) {
        return Some(values);
    }
    values_file::parse("values.yaml", data).ok()
}

/// What is shown, while it grows.
struct Page {
    text: Vec<u8>,
    /// Whether parts stand under a line of dashes.
    divided: bool,
}

impl Page {
    fn divide(&mut self) {
        if self.divided {
            self.line(b"---");
        }
    }

    fn line(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
        self.text.push(b'\n');
    }

    fn files<'a>(&mut self, files: impl Iterator<Item = &'a File>) {
        files.for_each(|file| self.line(&file.data));
    }
}

fn is_readme(name: &str) -> bool {
    ["readme.md", "readme.txt", "readme"]
        .iter()
        .any(|readme| name.eq_ignore_ascii_case(readme))
}

/// HELM: a template that cannot be followed through the values is no error; what it printed
/// until then is shown.
fn selected(chart: &Chart, template: &str) -> Result<Vec<u8>, Error> {
    let path = JsonPath::parse(template).map_err(|error| {
        let mut text = String::from("error parsing jsonpath ");
        let _ = write!(text, "{template}: {error}");
        Error::new(Class::Input, text)
            .hint("an example: {.image.tag}, {range .items[*]}{.name}{\"\\n\"}{end}")
    })?;
    Ok(path.print(&Value::Map(chart.values.clone())))
}

#[cfg(test)]
mod tests {
    use super::{Data, ShowPart, Shown, Watch};

    /// Files of one path may come from two folders of an archive.
    #[test]
    fn values_are_those_of_their_file() {
        let good = Data::from(b"a: 1\n".to_vec());
        let large = Data::from(format!("a: {}\n", "x".repeat(64 << 10)).into_bytes());
        let watch = Shown::new(ShowPart::Values, true);
        watch.file("a/values.yaml", &large);
        assert!(watch.values("a/values.yaml", &good).is_none());
    }
}

//! Charts.

use pintle_chart::ignore::Rules;
use pintle_chart::{Chart, File, load_archive, load_files, load_files_as_is, write_archive};
use pintle_values::options::UserValues;
use pintle_values::{coalesce, dependencies, origin};

use crate::parts;

/// Files to a chart, its values merged with those of the user. Each part of the input is a
/// file with its name in the first line; one with the name `--set` is what the user gave.
pub(crate) fn files(input: &[u8]) {
    let text = parts::text(input);
    let mut files = Vec::new();
    let mut set = "";
    for (name, content) in parts::files(&text).take(40) {
        match name {
            "--set" => set = content,
            ".helmignore" => ignore(content, &text),
            _ => {}
        }
        files.push(File::new(name, content));
    }
    let as_is = load_files_as_is(files.clone()).is_ok();
    if let Ok((chart, _)) = load_files(files) {
        assert!(as_is, "what installs can be shown");
        package(&chart);
        use_chart(chart, set);
    }
}

/// What is packaged can be read, and packaged again to the same bytes.
fn package(chart: &Chart) {
    let mut archive = Vec::new();
    if write_archive(chart, &mut archive).is_err() {
        return;
    }
    if let Ok((read, _)) = load_archive(&archive[..]) {
        let mut again = Vec::new();
        write_archive(&read, &mut again).expect("what was packaged can be packaged");
        let (more, _) = load_archive(&again[..]).expect("and read");
        let mut third = Vec::new();
        write_archive(&more, &mut third).expect("once more");
        assert!(again == third, "packaging changes nothing the second time");
    }
}

fn ignore(rules: &str, text: &str) {
    let Ok(rules) = Rules::parse(rules) else {
        return;
    };
    for line in text.lines().take(20) {
        let _ = rules.ignores(line, false);
        let _ = rules.ignores(line, true);
    }
}

/// What every command does with a chart.
pub(crate) fn use_chart(mut chart: Chart, set: &str) {
    let mut user = UserValues::default();
    user.set.push(set.to_owned());
    let Ok(given) = user.merge() else {
        return;
    };
    let _ = chart.crds();
    if dependencies::process(&mut chart, &given).is_err() {
        return;
    }
    let _ = dependencies::check(&chart);
    let merged = coalesce::coalesce_values(&chart, &given);
    let again = coalesce::coalesce_values(&chart, &given);
    if let (Ok((merged, _)), Ok((again, _))) = (&merged, &again) {
        assert_eq!(format!("{merged:?}"), format!("{again:?}"));
        let origins = origin::Origins::new(&user, &chart);
        for key in merged.keys().iter().take(20) {
            let _ = origins.explain(&key.to_text());
        }
    }
}

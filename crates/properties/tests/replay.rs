//! Every seed, and everything that fuzzing ever found, once more.

use std::path::{Path, PathBuf};

use pintle_properties::TARGETS;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The files of a folder, in the order of their names; none when there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a folder that can be read").path())
        .collect();
    files.sort();
    files
}

#[test]
fn seeds_and_findings_hold() {
    for target in TARGETS {
        for kind in ["seeds", "found"] {
            for file in files(&fuzz().join(kind).join(target.name)) {
                let input = std::fs::read(&file).expect("a file that can be read");
                // Which input it was that panicked.
                println!("{}", file.display());
                (target.check)(&input);
            }
        }
    }
}

#[test]
fn every_target_has_a_program_seeds_and_a_dictionary() {
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).expect("a manifest");
    for target in TARGETS {
        let name = target.name;
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let program = fuzz().join(format!("fuzz_targets/{name}.rs"));
        let program = std::fs::read_to_string(program).expect("a program");
        assert!(program.contains(&format!("\"{name}\"")), "{name}");
        assert!(
            !files(&fuzz().join("seeds").join(name)).is_empty(),
            "{name}"
        );
        assert!(
            fuzz().join(format!("dictionaries/{name}.txt")).exists(),
            "{name}"
        );
    }
}

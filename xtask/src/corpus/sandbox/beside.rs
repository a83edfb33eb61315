//! Lives in a sandbox and on a real API server, and where they part.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use super::Wanted;
use super::life::{End, Life, live};
use super::objects::{Left, Why};
use super::place::Place;
use super::record;
use crate::corpus::case::Case;

/// After how many charts a sign of life is given.
const PROGRESS: usize = 10;

/// Where two lives part: in what, the sandbox's and the real server's.
#[derive(Debug, PartialEq, Eq)]
pub struct Parting {
    pub what: &'static str,
    pub sandbox: String,
    pub real: String,
}

/// A chart, and where its lives part.
#[derive(Debug)]
pub struct Pair<'a> {
    pub case: &'a Case,
    pub life: Life,
    pub parting: Option<Parting>,
}

/// Lives each of these in a sandbox and on the real server.
pub fn run(wanted: &Wanted<'_>, kubeconfig: &Path, tried: &[&Case], all: &[Case]) -> Result<()> {
    let start = Instant::now();
    let sandbox = Place::start(wanted.program, wanted.corpus)?;
    let real = Place::real(wanted.program, wanted.corpus, kubeconfig)?;
    let mut pairs = Vec::new();
    for (number, case) in tried.iter().enumerate() {
        if number > 0 && number.is_multiple_of(PROGRESS) {
            eprintln!("{number} of {} …", tried.len());
        }
        let (mut life, mut parting) = both(&sandbox, &real, case, all)?;
        if parting.is_some() {
            // A real server is late now and then: what always differs does so again.
            (life, parting) = both(&sandbox, &real, case, all)?;
        }
        if let Some(parting) = &parting {
            println!(
                "{} differs: {}\n  sandbox: {}\n  real:    {}",
                case.name(),
                parting.what,
                parting.sandbox,
                parting.real
            );
        }
        pairs.push(Pair {
            case,
            life,
            parting,
        });
    }
    real.reset()?;
    let alike = pairs.iter().filter(|pair| pair.parting.is_none()).count();
    println!(
        "{alike} of {} alike, in {:.1?}",
        pairs.len(),
        start.elapsed()
    );
    if wanted.write {
        record::write_beside(&pairs, wanted.every)?;
    }
    ensure!(
        !wanted.check || alike == pairs.len(),
        "not alike: see above"
    );
    Ok(())
}

/// Lives a life in both, one after the other: the sandbox's, and where they part.
fn both(
    sandbox: &Place,
    real: &Place,
    case: &Case,
    all: &[Case],
) -> Result<(Life, Option<Parting>)> {
    let life = live(sandbox, case, all).with_context(|| case.name())?;
    let lived = live(real, case, all).with_context(|| format!("{} (real)", case.name()))?;
    let parting = parting(&life.end, &lived.end);
    Ok((life, parting))
}

/// Where these ends part.
fn parting(sandbox: &End, real: &End) -> Option<Parting> {
    let (ours, theirs) = (words(sandbox), words(real));
    let what = match (sandbox, real) {
        (End::Clean(left), End::Clean(there)) => {
            let (ours, theirs) = difference(left, there);
            return (ours != theirs).then_some(Parting {
                what: "what is left",
                sandbox: ours,
                real: theirs,
            });
        }
        // A real server goes over maps in any order.
        (End::Refused(_), End::Refused(_)) if pieces(&ours) == pieces(&theirs) => return None,
        (End::Refused(_), End::Refused(_)) => "why it is refused",
        // How far the rest had come is another matter each time.
        (End::Unready(_), End::Unready(_)) => return None,
        (End::Left(_), End::Left(_)) => "what keeps it",
        _ => "how it ends",
    };
    (ours != theirs).then_some(Parting {
        what,
        sandbox: ours,
        real: theirs,
    })
}

/// What is told in a list, in an order of ours.
fn pieces(words: &str) -> Vec<&str> {
    let brackets = |letter: char| letter == '[' || letter == ']';
    let pieces = words.split(", ").flat_map(|piece| piece.split(brackets));
    let mut pieces: Vec<&str> = pieces.collect();
    pieces.sort_unstable();
    pieces
}

fn words(end: &End) -> String {
    match end {
        End::Clean(_) => "clean".to_owned(),
        End::Refused(why) => format!("refused: {why}"),
        End::Unready(why) => format!("not ready: {why}"),
        End::Left(why) => format!("not gone: {why}"),
    }
}

/// What only one of them has left. Events tell of what each server did on the way.
fn difference(ours: &Left, theirs: &Left) -> (String, String) {
    let (mut only_ours, mut only_theirs) = (Vec::new(), Vec::new());
    let (ours, theirs) = (counted(ours), counted(theirs));
    for (shape, count) in &ours {
        let there = theirs.get(shape).copied().unwrap_or_default();
        only_ours.extend((there..*count).map(|_| *shape));
    }
    for (shape, count) in &theirs {
        let here = ours.get(shape).copied().unwrap_or_default();
        only_theirs.extend((here..*count).map(|_| *shape));
    }
    (only_ours.join(", "), only_theirs.join(", "))
}

fn counted(left: &Left) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    let lasting = left.expected.iter().filter(|(why, _)| **why != Why::Event);
    for shape in lasting.flat_map(|(_, shapes)| shapes) {
        *counts.entry(&**shape).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{End, Left, Parting, Why, parting};

    fn clean(claims: &[&str], events: usize) -> End {
        let claims = claims.iter().map(|claim| (*claim).to_owned()).collect();
        let events = (0..events).map(|_| "Event x/e".to_owned()).collect();
        End::Clean(Left {
            expected: BTreeMap::from([(Why::Claim, claims), (Why::Event, events)]),
            findings: Vec::new(),
        })
    }

    #[test]
    fn only_what_lasts_is_compared() {
        assert_eq!(
            parting(&clean(&["a", "b"], 1), &clean(&["b", "a"], 7)),
            None
        );
        let parting = parting(&clean(&["a", "b", "b"], 1), &clean(&["a", "b", "c"], 1));
        let expected = Parting {
            what: "what is left",
            sandbox: "b".to_owned(),
            real: "c".to_owned(),
        };
        assert_eq!(parting, Some(expected));
    }

    #[test]
    fn ends_are_compared_with_their_reasons() {
        let refused = |why: &str| End::Refused(why.to_owned());
        assert_eq!(parting(&refused("a"), &refused("a")), None);
        assert_eq!(parting(&refused("x [a, b]"), &refused("x [b, a]")), None);
        let parts = [
            (refused("a"), refused("b"), "why it is refused"),
            (refused("a"), clean(&[], 0), "how it ends"),
        ];
        for (ours, theirs, what) in parts {
            let parting = parting(&ours, &theirs).map(|parting| parting.what);
            assert_eq!(parting, Some(what));
        }
    }
}

//! Many cases in few runs: cases that succeed share one chart; one that fails is named by
//! its error, compared, and taken out.

use std::collections::BTreeSet;

use anyhow::Result;

use super::case::{Case, culprit, outputs};
use super::run::{Answers, Outcome, Programs};
use crate::process::Finished;

/// How many cases came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The same output.
    pub same: usize,
    /// The same error.
    pub same_error: usize,
    /// Helm crashes.
    pub crash: usize,
    /// They differ.
    pub different: usize,
}

impl Tally {
    fn count(&mut self, outcome: Outcome, cases: usize) {
        *match outcome {
            Outcome::Same => &mut self.same,
            Outcome::SameError => &mut self.same_error,
            Outcome::Crash => &mut self.crash,
            Outcome::Different => &mut self.different,
        } += cases;
    }

    /// Adds another tally.
    pub fn add(&mut self, other: Self) {
        self.same += other.same;
        self.same_error += other.same_error;
        self.crash += other.crash;
        self.different += other.different;
    }
}

/// A difference.
#[derive(Debug)]
pub struct Found {
    /// What shows it.
    pub case: Case,
    /// What both answered to it.
    pub answers: Answers,
}

/// Judges cases of one area.
pub fn judge(programs: &Programs, cases: Vec<Case>) -> Result<(Tally, Vec<Found>)> {
    let mut judge = Judge {
        programs,
        tally: Tally::default(),
        found: Vec::new(),
    };
    let mut texts = Vec::new();
    let mut shared = String::new();
    for case in cases {
        match case {
            // Only texts with the same values can share a chart.
            Case::Templates {
                texts: mut more,
                values,
            } => {
                if values != shared {
                    judge.texts(std::mem::take(&mut texts), &shared)?;
                    shared = values;
                }
                texts.append(&mut more);
            }
            Case::Chart { .. } => {
                judge.alone(case)?;
            }
        }
    }
    judge.texts(texts, &shared)?;
    Ok((judge.tally, judge.found))
}

struct Judge<'a> {
    programs: &'a Programs,
    tally: Tally,
    found: Vec<Found>,
}

impl Judge<'_> {
    /// Judges one case in runs of its own; answers whether it differs.
    fn alone(&mut self, case: Case) -> Result<bool> {
        let (outcome, answers) = self.programs.compare(&case)?;
        self.tally.count(outcome, 1);
        let differs = outcome == Outcome::Different;
        if differs {
            self.found.push(Found { case, answers });
        }
        Ok(differs)
    }

    /// Judges texts together, as far as they go together.
    fn texts(&mut self, mut texts: Vec<String>, values: &str) -> Result<()> {
        while !texts.is_empty() {
            let case = together(&texts, values);
            let (outcome, answers) = self.programs.compare(&case)?;
            let suspects = suspects(outcome, &answers, texts.len());
            if outcome == Outcome::Same {
                self.tally.count(outcome, texts.len());
                return Ok(());
            }
            if outcome == Outcome::SameError && !suspects.is_empty() {
                self.tally.count(outcome, suspects.len());
            } else if texts.len() == 1 {
                self.tally.count(outcome, 1);
                if outcome == Outcome::Different {
                    self.found.push(Found { case, answers });
                }
                return Ok(());
            } else if suspects.is_empty() || outcome == Outcome::Crash {
                // Whatever Helm crashed at, it is not what our answer names.
                let rest = texts.split_off(texts.len() / 2);
                self.texts(texts, values)?;
                texts = rest;
                continue;
            } else {
                self.suspected(&suspects, &texts, case, answers, values)?;
            }
            remove(&mut texts, &suspects);
        }
        Ok(())
    }

    /// Judges each suspect alone; when none differs alone, they differ only together.
    fn suspected(
        &mut self,
        suspects: &BTreeSet<usize>,
        texts: &[String],
        case: Case,
        answers: Answers,
        values: &str,
    ) -> Result<()> {
        let before = self.found.len();
        for &suspect in suspects {
            self.alone(together(&texts[suspect..=suspect], values))?;
        }
        if self.found.len() == before {
            self.tally.count(Outcome::Different, 1);
            self.found.push(Found { case, answers });
        }
        Ok(())
    }
}

fn together(texts: &[String], values: &str) -> Case {
    Case::Templates {
        texts: texts.to_vec(),
        values: values.to_owned(),
    }
}

/// The cases that an unequal or unsuccessful run is about, below `count`.
fn suspects(outcome: Outcome, answers: &Answers, count: usize) -> BTreeSet<usize> {
    let text = |answer: &Finished| String::from_utf8_lossy(&answer.stderr).into_owned();
    let mut found: BTreeSet<usize> = [&answers.helm, &answers.pintle]
        .into_iter()
        .filter_map(|answer| culprit(&text(answer)))
        .collect();
    if outcome == Outcome::Different && found.is_empty() {
        let text = |answer: &Finished| String::from_utf8_lossy(&answer.stdout).into_owned();
        let (helm, pintle) = (text(&answers.helm), text(&answers.pintle));
        let (helm, pintle) = (outputs(&helm), outputs(&pintle));
        found.extend((0..count).filter(|number| helm.get(number) != pintle.get(number)));
    }
    found.retain(|&number| number < count);
    found
}

fn remove(texts: &mut Vec<String>, numbers: &BTreeSet<usize>) {
    let mut number = 0;
    texts.retain(|_| {
        number += 1;
        !numbers.contains(&(number - 1))
    });
}

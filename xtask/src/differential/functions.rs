//! The area `functions`: Sprig's and Helm's functions, with arguments of their kind most of
//! the time, and with odd ones.

use super::Area;
use super::case::Case;
use super::function_words::{
    CONSTRAINTS, DATES, DURATIONS, ENCODED, JSON, KEY_TYPES, KEYS, LAYOUTS, PATHS, REGEXES,
    TEMPLATES, TIMES, TOML, TYPES, URLS, VERSIONS, YAML, ZONES,
};
use super::language::{VARIABLES, printf};
use super::pools::{self, VALUES};
use super::rng::Rng;

/// The functions of templates.
#[derive(Debug)]
pub struct Functions;

impl Area for Functions {
    fn name(&self) -> &'static str {
        "functions"
    }

    fn case(&self, rng: &mut Rng) -> Case {
        let mut text = VARIABLES.to_owned();
        for _ in 0..=rng.below(2) {
            text.push_str(&shown(rng));
        }
        Case::template(text, VALUES)
    }
}

/// An expression and one of the ways to look at its value.
fn shown(rng: &mut Rng) -> String {
    let expression = if rng.one_in(12) {
        printf(rng)
    } else {
        call(rng, 2)
    };
    match rng.below(10) {
        0 => format!("{{{{ {expression} | toJson }}}}\n"),
        1 => format!("{{{{ {expression} | toYaml }}}}\n"),
        2 => format!("{{{{ printf \"%#v\" ({expression}) }}}}\n"),
        3 => format!("{{{{ {expression} | quote }}}}\n"),
        4..=5 => format!("{{{{ {expression} }}}}\n"),
        _ => format!("{{{{ $r := ({expression}) }}}}{{{{ printf \"%T %v\" $r $r }}}}\n"),
    }
}

/// A call of one function; its arguments may be calls again.
fn call(rng: &mut Rng, depth: usize) -> String {
    let (name, kinds) = rng.pick(FUNCTIONS).split_once(' ').unwrap_or_default();
    let mut arguments: Vec<String> = Vec::new();
    for kind in kinds.chars() {
        if kind == '*' {
            // The kind before, some more times.
            let again = kinds.chars().rev().nth(1).unwrap_or('a');
            for _ in 0..rng.below(3) {
                arguments.push(argument(rng, again, depth));
            }
        } else {
            arguments.push(argument(rng, kind, depth));
        }
    }
    if !CLOCK.contains(&name) && rng.one_in(25) {
        match rng.below(2) {
            0 => drop(arguments.pop()),
            _ => arguments.push(pools::any(rng)),
        }
    }
    let last = if rng.one_in(5) { arguments.pop() } else { None };
    let mut text = name.to_owned();
    for argument in arguments {
        text.push(' ');
        text.push_str(&argument);
    }
    match last {
        Some(last) => format!("{last} | {text}"),
        None => text,
    }
}

/// These ask the clock when their argument is not of their kind.
const CLOCK: &[&str] = &[
    "date",
    "dateInZone",
    "date_in_zone",
    "htmlDate",
    "htmlDateInZone",
    "dateModify",
    "ago",
    "duration",
];

fn argument(rng: &mut Rng, kind: char, depth: usize) -> String {
    // What a time is not, the clock would be asked for; and a key that is made is random.
    if !"tLZK".contains(kind) {
        if rng.one_in(14) {
            return pools::any(rng);
        }
        if depth > 0 && kind != 'c' && rng.one_in(8) {
            return format!("({})", call(rng, depth - 1));
        }
    }
    match kind {
        's' => pools::string(rng),
        'n' => pools::number(rng),
        'i' => small(rng),
        'l' => pools::list(rng),
        'm' => pools::map(rng),
        'b' => rng.text(&["true", "false", ".Values.b", "(not true)"]),
        other => special(rng, other),
    }
}

fn small(rng: &mut Rng) -> String {
    rng.text(&[
        "0",
        "1",
        "2",
        "3",
        "-1",
        "-2",
        "5",
        "10",
        "100",
        "$i",
        "(int .Values.i)",
        "4",
        "20",
    ])
}

/// Texts of a certain form.
fn special(rng: &mut Rng, kind: char) -> String {
    let pool: &[&str] = match kind {
        'r' => REGEXES,
        'v' => VERSIONS,
        'c' => CONSTRAINTS,
        'u' => URLS,
        'p' => PATHS,
        'd' => DURATIONS,
        't' => TIMES,
        'L' => LAYOUTS,
        'Z' => ZONES,
        'D' => DATES,
        'j' => JSON,
        'y' => YAML,
        'o' => TOML,
        '6' => ENCODED,
        'k' => KEYS,
        'K' => KEY_TYPES,
        'x' => TEMPLATES,
        'T' => TYPES,
        _ => return pools::any(rng),
    };
    rng.text(pool)
}

/// Each function with the kinds of its arguments; `*` is the kind before, some more times.
const FUNCTIONS: &[&str] = &[
    "abbrev is",
    "abbrevboth iis",
    "adler32sum s",
    "sha1sum s",
    "sha256sum s",
    "sha512sum s",
    "trunc is",
    "trim s",
    "upper s",
    "lower s",
    "title s",
    "untitle s",
    "substr iis",
    "repeat is",
    "trimAll ss",
    "trimall ss",
    "trimSuffix ss",
    "trimPrefix ss",
    "nospace s",
    "initials s",
    "swapcase s",
    "snakecase s",
    "camelcase s",
    "kebabcase s",
    "wrap is",
    "wrapWith iss",
    "contains ss",
    "hasPrefix ss",
    "hasSuffix ss",
    "quote a*",
    "squote a*",
    "cat a*",
    "indent is",
    "nindent is",
    "replace sss",
    "plural ssi",
    "toString a",
    "atoi s",
    "int64 n",
    "int n",
    "float64 n",
    "int a",
    "int64 a",
    "float64 a",
    "seq i*",
    "toDecimal n",
    "toDecimal s",
    "split ss",
    "splitList ss",
    "splitn sis",
    "toStrings l",
    "toStrings a",
    "until i",
    "untilStep iii",
    "add1 n",
    "add n*",
    "sub nn",
    "div nn",
    "mod nn",
    "mul nn*",
    "add1f n",
    "addf n*",
    "subf nn*",
    "divf nn*",
    "mulf nn*",
    "biggest nn*",
    "max nn*",
    "min nn*",
    "maxf nn*",
    "minf nn*",
    "ceil n",
    "floor n",
    "round ni",
    "round nin",
    "join sl",
    "join sa",
    "sortAlpha l",
    "default aa",
    "default a",
    "empty a",
    "coalesce a*",
    "all a*",
    "any a*",
    "compact l",
    "mustCompact l",
    "fromJson j",
    "toJson a",
    "toPrettyJson a",
    "toRawJson a",
    "mustFromJson j",
    "mustToJson a",
    "mustToPrettyJson a",
    "mustToRawJson a",
    "ternary aab",
    "deepCopy a",
    "mustDeepCopy a",
    "typeOf a",
    "typeIs Ta",
    "typeIsLike Ta",
    "kindOf a",
    "kindIs Ta",
    "deepEqual aa",
    "base p",
    "dir p",
    "clean p",
    "ext p",
    "isAbs p",
    "osBase p",
    "osClean p",
    "osDir p",
    "osExt p",
    "osIsAbs p",
    "b64enc s",
    "b64dec 6",
    "b32enc s",
    "b32dec 6",
    "tuple a*",
    "list a*",
    "dict sasa",
    "dict a*",
    "get mk",
    "set mka",
    "unset mk",
    "hasKey mk",
    "pluck km*",
    "pick mk*",
    "omit mk*",
    "merge mm*",
    "mergeOverwrite mm*",
    "mustMerge mm*",
    "mustMergeOverwrite mm*",
    "append la",
    "push la",
    "mustAppend la",
    "mustPush la",
    "prepend la",
    "mustPrepend la",
    "first l",
    "mustFirst l",
    "rest l",
    "mustRest l",
    "last l",
    "mustLast l",
    "initial l",
    "mustInitial l",
    "reverse l",
    "mustReverse l",
    "uniq l",
    "mustUniq l",
    "without la*",
    "mustWithout la*",
    "has al",
    "mustHas al",
    "slice li",
    "slice lii",
    "mustSlice li*",
    "concat l*",
    "dig kam",
    "dig kkam",
    "chunk il",
    "mustChunk il",
    "decryptAES s6",
    "semver v",
    "semverCompare cv",
    "semverCompare cv",
    "regexMatch rs",
    "mustRegexMatch rs",
    "regexFindAll rsi",
    "mustRegexFindAll rsi",
    "regexFind rs",
    "mustRegexFind rs",
    "regexReplaceAll rss",
    "mustRegexReplaceAll rss",
    "regexReplaceAllLiteral rss",
    "mustRegexReplaceAllLiteral rss",
    "regexSplit rsi",
    "mustRegexSplit rsi",
    "regexQuoteMeta s",
    "urlParse u",
    "urlParse u",
    "urlJoin m",
    "date Lt",
    "dateInZone LtZ",
    "date_in_zone LtZ",
    "htmlDate t",
    "htmlDateInZone tZ",
    "dateModify dt",
    "date_modify dt",
    "must_date_modify dt",
    "mustDateModify dt",
    "toDate LD",
    "mustToDate LD",
    "unixEpoch t",
    "duration i",
    "duration d",
    "durationRound d",
    "durationRound t",
    "toYaml a",
    "mustToYaml a",
    "toYamlPretty a",
    "fromYaml y",
    "fromYamlArray y",
    "fromJsonArray j",
    "toToml m",
    "mustToToml m",
    "toToml a",
    "fromToml o",
    "mustToDuration d",
    "durationSeconds d",
    "durationMilliseconds d",
    "durationMicroseconds d",
    "durationNanoseconds d",
    "durationMinutes d",
    "durationHours d",
    "durationDays d",
    "durationWeeks d",
    "durationRoundTo dd",
    "durationTruncateTo dd",
    "include xm",
    "tpl xm",
    "tpl xa",
    "required sa",
    "fail s",
    "lookup ssss",
    "getHostByName s",
    "html a*",
    "js a*",
    "urlquery a*",
    "print a*",
    "println a*",
    "len a",
    "index mk",
    "index la",
    "index aa",
    "slice si",
    "slice sii",
    "eq aa*",
    "ne aa",
    "lt aa",
    "le aa",
    "gt nn",
    "ge ss",
    "eq nn",
    "lt nn",
    "eq ss",
    "not a",
    "and a*",
    "or a*",
    "call a",
    "hello ",
    "keys m | sortAlpha",
    "buildCustomCert 66",
    "genSignedCert ssl",
    "htpasswd s",
    "genPrivateKey K",
    "values m | len",
];

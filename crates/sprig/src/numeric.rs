//! Integer and float arithmetic, rounding, and counting.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Any, Float, Int, Str as Text};
use pintle_go_value::{Value, format};

use crate::call::{Call, Outcome, fail};
use crate::convert::{ints, to_float, to_int};
use crate::decimal::Decimal;
use crate::declare::{Declaration, fixed, variadic};
use crate::limits;
use crate::strconv::{NumberError, parse_int};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("int", &[Any], |c| Ok(Value::Int(to_int(c.value(0)))), "Converts to an int."),
    fixed("int64", &[Any], |c| Ok(Value::Int64(to_int(c.value(0)))), "Converts to an int64."),
    fixed("float64", &[Any], |c| Ok(Value::Float(to_float(c.value(0)))), "Converts to a float64."),
    fixed("atoi", &[Text], atoi, "Reads a decimal integer."),
    fixed("toDecimal", &[Any], to_decimal, "Reads the text of a value as an octal number."),
    variadic("add", &[Any], add, "Adds integers."),
    fixed("add1", &[Any], |c| Ok(Value::Int64(to_int(c.value(0)).wrapping_add(1))), "Adds one to an integer."),
    fixed("sub", &[Any, Any], |c| integers(c, i64::wrapping_sub), "Subtracts the second integer from the first."),
    variadic("mul", &[Any, Any], |c| integers(c, i64::wrapping_mul), "Multiplies integers."),
    fixed("div", &[Any, Any], |c| divide(c, i64::wrapping_div), "Divides integers, towards zero."),
    fixed("mod", &[Any, Any], |c| divide(c, i64::wrapping_rem), "The remainder of an integer division."),
    variadic("max", &[Any, Any], |c| integers(c, i64::max), "The largest of integers."),
    variadic("biggest", &[Any, Any], |c| integers(c, i64::max), "The largest of integers; the same as max."),
    variadic("min", &[Any, Any], |c| integers(c, i64::min), "The smallest of integers."),
    variadic("addf", &[Any], |c| decimals(Value::Float(0.0), c.all(), |a, b| Ok(a.add(b))), "Adds numbers in decimal."),
    fixed("add1f", &[Any], |c| decimals(c.value(0).clone(), &[Value::Int(1)], |a, b| Ok(a.add(b))), "Adds one to a number in decimal."),
    variadic("subf", &[Any, Any], |c| decimals(c.value(0).clone(), c.rest(1), |a, b| Ok(a.sub(b))), "Subtracts numbers in decimal."),
    variadic("mulf", &[Any, Any], |c| decimals(c.value(0).clone(), c.rest(1), |a, b| Ok(a.mul(b))), "Multiplies numbers in decimal."),
    variadic("divf", &[Any, Any], |c| decimals(c.value(0).clone(), c.rest(1), Decimal::div), "Divides numbers in decimal, to 16 places."),
    variadic("maxf", &[Any, Any], |c| floats(c, maximum), "The largest of numbers."),
    variadic("minf", &[Any, Any], |c| floats(c, minimum), "The smallest of numbers."),
    fixed("ceil", &[Any], |c| Ok(Value::Float(to_float(c.value(0)).ceil())), "Rounds up to a whole number."),
    fixed("floor", &[Any], |c| Ok(Value::Float(to_float(c.value(0)).floor())), "Rounds down to a whole number."),
    variadic("round", &[Any, Int, Float], round, "Rounds to a number of decimals; a third number tells from which fraction on to round up."),
    fixed("until", &[Int], until, "The integers from zero towards a number, without it."),
    fixed("untilStep", &[Int, Int, Int], until_step, "The integers from a start towards an end in steps."),
    variadic("seq", &[Int], seq, "Integers as the shell's seq prints them, with blanks between."),
];

fn atoi(call: &Call<'_>) -> Outcome {
    let number = parse_int(call.bytes(0)?, 10).unwrap_or_else(NumberError::value);
    Ok(Value::Int(number))
}

fn to_decimal(call: &Call<'_>) -> Outcome {
    let text = format::sprint(call.value(0));
    Ok(Value::Int64(parse_int(text.as_bytes(), 8).unwrap_or(0)))
}

fn add(call: &Call<'_>) -> Outcome {
    let sum = call.all().iter().map(to_int).fold(0, i64::wrapping_add);
    Ok(Value::Int64(sum))
}

fn integers(call: &Call<'_>, operation: fn(i64, i64) -> i64) -> Outcome {
    let first = to_int(call.value(0));
    let result = call.rest(1).iter().map(to_int).fold(first, operation);
    Ok(Value::Int64(result))
}

fn divide(call: &Call<'_>, operation: fn(i64, i64) -> i64) -> Outcome {
    let (dividend, divisor) = (to_int(call.value(0)), to_int(call.value(1)));
    if divisor == 0 {
        return fail("runtime error: integer divide by zero");
    }
    Ok(Value::Int64(operation(dividend, divisor)))
}

fn decimals(
    first: Value,
    others: &[Value],
    operation: fn(&Decimal, &Decimal) -> Result<Decimal, CallError>,
) -> Outcome {
    let mut result = Decimal::from_float(to_float(&first))?;
    for other in others {
        result = operation(&result, &Decimal::from_float(to_float(other))?)?;
    }
    Ok(Value::Float(result.to_float()))
}

fn floats(call: &Call<'_>, operation: fn(f64, f64) -> f64) -> Outcome {
    let first = to_float(call.value(0));
    let result = call.rest(1).iter().map(to_float).fold(first, operation);
    Ok(Value::Float(result))
}

/// GO: NaN wins, which Rust's `max` does the other way around.
fn maximum(left: f64, right: f64) -> f64 {
    if left.is_nan() || right.is_nan() {
        f64::NAN
    } else {
        left.max(right)
    }
}

fn minimum(left: f64, right: f64) -> f64 {
    if left.is_nan() || right.is_nan() {
        f64::NAN
    } else {
        left.min(right)
    }
}

/// HELM: the fraction is compared with its sign, so every negative number with a fraction
/// is rounded away from zero: -2.4 gives -3.
fn round(call: &Call<'_>) -> Outcome {
    let threshold = call.rest(2).first().map_or(0.5, to_float);
    let power = 10f64.powf(call.int(1)? as f64);
    let shifted = power * to_float(call.value(0));
    let rounded = if shifted.fract() >= threshold {
        shifted.ceil()
    } else {
        shifted.floor()
    };
    Ok(Value::Float(rounded / power))
}

fn until(call: &Call<'_>) -> Outcome {
    let count = call.int(0)?;
    count_range(0, count, if count < 0 { -1 } else { 1 }).map(ints)
}

fn until_step(call: &Call<'_>) -> Outcome {
    count_range(call.int(0)?, call.int(1)?, call.int(2)?).map(ints)
}

/// The numbers from `start` to before `stop`; none when the step leads the other way.
fn count_range(start: i64, stop: i64, step: i64) -> Result<Vec<i64>, CallError> {
    let distance = i128::from(stop) - i128::from(start);
    let step_wide = i128::from(step);
    if step == 0 || distance == 0 || (distance < 0) != (step < 0) {
        return Ok(Vec::new());
    }
    let count = (distance.abs() + step_wide.abs() - 1) / step_wide.abs();
    limits::list(usize::try_from(count).unwrap_or(usize::MAX))?;
    Ok((0..count)
        .map(|i| (i128::from(start) + i * step_wide) as i64)
        .collect())
}

fn seq(call: &Call<'_>) -> Outcome {
    let numbers: Vec<i64> = call.all().iter().map(to_int).collect();
    let direction = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let range = match numbers[..] {
        [end] => {
            let step = direction(1, end);
            count_range(1, end.wrapping_add(step), step)?
        }
        [start, end] => {
            let step = direction(start, end);
            count_range(start, end.wrapping_add(step), step)?
        }
        [start, step, end] if end >= start || step <= 0 => {
            count_range(start, end.wrapping_add(direction(start, end)), step)?
        }
        _ => Vec::new(),
    };
    let words: Vec<String> = range.iter().map(i64::to_string).collect();
    Ok(words.join(" ").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_do_not_overflow_and_are_bounded() {
        assert_eq!(count_range(i64::MIN, i64::MAX, i64::MAX).unwrap().len(), 3);
        assert!(count_range(0, i64::MAX, 1).is_err());
        assert!(count_range(0, 10, 0).unwrap().is_empty());
    }
}

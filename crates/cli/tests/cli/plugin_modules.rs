//! Plugins that are WebAssembly: the same modules through Helm and through us.

use pintle_testkit::Home;

use crate::{Case, as_helm_apart_from};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[("HELM_PLUGINS", "plugins")],
        words,
    }
}

const CASES: &[Case] = &[
    case(&["echo"]),
    case(&["echo", "a", "b c", "--flag", "-n", "taken"]),
    case(&["configured"]),
    case(&["environment", "-n", "there"]),
    case(&["template", "r", "web", "-f", "wasm://store/values.yaml"]),
    case(&["fail"]),
    case(&["exit"]),
    case(&["exit-well"]),
    case(&["variables"]),
    case(&["variables-off"]),
    case(&["no-function"]),
    case(&["no-answer"]),
    case(&["host-function"]),
    case(&["files"]),
    case(&["log"]),
    case(&["log", "--debug"]),
    case(&["plugin", "list"]),
];

/// What every module imports.
const HOST: &str = r#"
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input (param i64) (result i32)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error (param i64)))
  (import "extism:host/env" "config_get" (func $config (param i64) (result i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "log_trace" (func $log_trace (param i64)))
  (import "extism:host/env" "log_info" (func $log_info (param i64)))
  (import "extism:host/env" "log_error" (func $log_error (param i64)))
  (import "extism:host/env" "get_log_level" (func $log_level (result i32)))
  (import "extism:host/env" "http_request" (func $http (param i64 i64) (result i64)))
  (import "extism:host/env" "http_status_code" (func $status (result i32)))
  (import "extism:host/env" "http_headers" (func $headers (result i64)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $folder (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (data (i32.const 100) "{}") (data (i32.const 110) "who") (data (i32.const 120) "problem")
  (data (i32.const 130) "{\"data\":\"ZnJvbTogd2FzbQo=\"}")
  ;; A block with bytes of our memory.
  (func $block (param $at i32) (param $size i32) (result i64) (local $to i64) (local $i i32)
    (local.set $to (call $alloc (i64.extend_i32_u (local.get $size))))
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $size)))
      (call $store (i64.add (local.get $to) (i64.extend_i32_u (local.get $i)))
        (i32.load8_u (i32.add (local.get $at) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (local.get $to))
  (func $answer (param $at i32) (param $size i32)
    (call $output (call $block (local.get $at) (local.get $size)) (i64.extend_i32_u (local.get $size))))
  ;; Writes our memory to standard output, and a line feed.
  (func $print (param $at i32) (param $size i32)
    (i32.store8 (i32.add (local.get $at) (local.get $size)) (i32.const 10))
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (i32.add (local.get $size) (i32.const 1)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  ;; Writes a block.
  (func $print_block (param $from i64) (local $i i32) (local $size i32)
    (local.set $size (i32.wrap_i64 (call $length (local.get $from))))
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $size)))
      (i32.store8 (i32.add (i32.const 1000) (local.get $i))
        (call $load (i64.add (local.get $from) (i64.extend_i32_u (local.get $i)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (call $print (i32.const 1000) (local.get $size)))
"#;

const ECHO: &str = r"
    (local $i i32) (local $size i32)
    (local.set $size (i32.wrap_i64 (call $input_length)))
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $i) (local.get $size)))
      (i32.store8 (i32.add (i32.const 1000) (local.get $i))
        (call $input (i64.extend_i32_u (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (call $print (i32.const 1000) (local.get $size))
    (call $answer (i32.const 100) (i32.const 2)) (i32.const 0)";

const CONFIGURED: &str = r"
    (call $print_block (call $config (call $block (i32.const 110) (i32.const 3))))
    (call $answer (i32.const 100) (i32.const 2)) (i32.const 0)";

/// How many variables there are is the machine's matter: only that there are some.
const ENVIRONMENT: &str = r"
    (drop (call $sizes (i32.const 16) (i32.const 20)))
    (drop (call $environ (i32.const 2000) (i32.const 8000)))
    (if (i32.eqz (i32.load (i32.const 16))) (then (unreachable)))
    (if (i32.ne (i32.load (i32.const 2000)) (i32.const 8000)) (then (unreachable)))
    (call $answer (i32.const 100) (i32.const 2)) (i32.const 0)";

const FAIL: &str = "(call $error (call $block (i32.const 120) (i32.const 7))) (i32.const 1)";

const VARIABLES: &str = r"
    (call $var_set (call $block (i32.const 110) (i32.const 3)) (call $block (i32.const 120) (i32.const 7)))
    (call $print_block (call $var_get (call $block (i32.const 110) (i32.const 3))))
    (call $answer (i32.const 100) (i32.const 2)) (i32.const 0)";

/// Makes a folder and a file in it, writes to the file, reads it again and prints what it says;
/// nothing outside can be opened.
const FILES: &str = r"
    (i32.store8 (i32.const 900) (i32.const 100))
    (i32.store8 (i32.const 901) (i32.const 47))
    (i32.store8 (i32.const 902) (i32.const 120))
    (i32.store16 (i32.const 908) (i32.const 11822))
    (if (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 908) (i32.const 2) (i32.const 0)
      (i64.const 0x1fffffff) (i64.const 0x1fffffff) (i32.const 0) (i32.const 904))) (then (unreachable)))
    (if (call $folder (i32.const 3) (i32.const 900) (i32.const 1)) (then (unreachable)))
    (if (call $open (i32.const 3) (i32.const 0) (i32.const 900) (i32.const 3) (i32.const 1)
      (i64.const 0x1fffffff) (i64.const 0x1fffffff) (i32.const 0) (i32.const 904)) (then (unreachable)))
    (i32.store (i32.const 0) (i32.const 120))
    (i32.store (i32.const 4) (i32.const 7))
    (if (call $write (i32.load (i32.const 904)) (i32.const 0) (i32.const 1) (i32.const 8)) (then (unreachable)))
    (if (call $seek (i32.load (i32.const 904)) (i64.const 2) (i32.const 0) (i32.const 912)) (then (unreachable)))
    (i32.store (i32.const 0) (i32.const 1000))
    (i32.store (i32.const 4) (i32.const 100))
    (if (call $read (i32.load (i32.const 904)) (i32.const 0) (i32.const 1) (i32.const 8)) (then (unreachable)))
    (call $print (i32.const 1000) (i32.load (i32.const 8)))
    (call $answer (i32.const 100) (i32.const 2)) (i32.const 0)";

/// Nobody listens, and the host takes the messages: there is room for as many as there may be.
const LOG: &str = r"
    (local $i i32) (local $block i64)
    (if (i32.ne (call $log_level) (i32.const 0x7fffffff)) (then (unreachable)))
    (loop $next
      (local.set $block (call $alloc (i64.const 300000)))
      (if (i64.eqz (local.get $block)) (then (unreachable)))
      (call $log_info (local.get $block))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 50))))
    (call $log_trace (call $block (i32.const 120) (i32.const 7)))
    (call $log_error (call $block (i32.const 120) (i32.const 7)))
    (call $print (i32.const 120) (i32.const 7))
    (call $answer (i32.const 100) (i32.const 2)) (i32.const 0)";

const DATA: &str = "(call $answer (i32.const 130) (i32.const 27)) (i32.const 0)";

/// Adds a plugin.
pub(crate) fn add(home: &Home, name: &str, kind: &str, runtime: &str, body: &str) {
    let function = if name == "no-function" {
        "other"
    } else {
        "helm_plugin_main"
    };
    let text = format!("(module {HOST} (func (export \"{function}\") (result i32) {body}))");
    let module = wat::parse_str(&text).expect("a module");
    home.write(&format!("plugins/{name}/plugin.wasm"), module);
    home.write(
        &format!("plugins/{name}/plugin.yaml"),
        format!(
            "apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: {kind}\nruntime: extism/v1\n{runtime}"
        ),
    );
}

fn prepare(home: &Home) {
    home.write(
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    );
    home.write("web/templates/a.yaml", "from: {{ .Values.from }}\n");
    let command = |name: &str, runtime: &str, body: &str| add(home, name, "cli/v1", runtime, body);
    command("echo", "", ECHO);
    command(
        "configured",
        "runtimeConfig: {config: {who: me}}\n",
        CONFIGURED,
    );
    command("environment", "", ENVIRONMENT);
    command("fail", "", FAIL);
    command("exit", "", "(call $exit (i32.const 3)) (i32.const 0)");
    command(
        "exit-well",
        "",
        "(call $answer (i32.const 100) (i32.const 2)) (call $exit (i32.const 0)) (i32.const 9)",
    );
    command(
        "variables",
        "runtimeConfig: {memory: {maxVarBytes: 100}}\n",
        VARIABLES,
    );
    command("variables-off", "", VARIABLES);
    let folder = "runtimeConfig: {fileSystem: {createTempDir: true}}\n";
    command("files", folder, FILES);
    command("log", "", LOG);
    command("no-function", "", "(i32.const 0)");
    command("no-answer", "", "(i32.const 0)");
    command(
        "host-function",
        "runtimeConfig: {hostFunctions: [x]}\n",
        "(i32.const 0)",
    );
    let getter = "config: {protocols: [wasm]}\n";
    add(home, "getter", "getter/v1", getter, DATA);
}

/// A trap is told with the stack of the interpreter, which is another one.
pub(crate) fn first_line_of_traps(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !line.starts_with("wasm stack trace") && !line.starts_with('\t'))
        .map(|line| line.replace(" (recovered by wazero)", ""))
        .collect()
}

#[test]
fn modules_are_plugins() {
    as_helm_apart_from("plugin_modules.txt", CASES, prepare, |text| {
        // DIFF: Helm looks for completions whatever is to be done.
        let lines = text.split_inclusive('\n');
        let lines = lines.filter(|line| !line.contains("plugin completion file loading"));
        first_line_of_traps(&lines.collect::<String>())
    });
}

/// What a module may not: run without end, take all memory, reach other memory, ask servers.
#[test]
fn modules_have_limits() {
    let home = Home::new();
    let command = |name: &str, runtime: &str, body: &str| add(&home, name, "cli/v1", runtime, body);
    command(
        "endless",
        "runtimeConfig: {timeout: 50}\n",
        "(loop $l (br $l)) (i32.const 0)",
    );
    // DIFF: Helm crashes.
    command("fail-silently", "", "(i32.const 2)");
    command("deep", "", "(call $error (i64.const 0)) (unreachable)");
    command(
        "large",
        "runtimeConfig: {memory: {maxPages: 8}}\n",
        "(i32.eq (memory.grow (i32.const 5)) (i32.const -1)) (if (then (call $error (call $block (i32.const 120) (i32.const 7))))) (i32.const 1)",
    );
    command(
        "blocks",
        "runtimeConfig: {memory: {maxPages: 8}}\n",
        "(i64.eqz (call $alloc (i64.const 600000))) (if (then (call $error (call $block (i32.const 120) (i32.const 7))))) (i32.const 1)",
    );
    command("outside", "", "(call $load (i64.const 99999999))");
    // Without a folder, there is no descriptor 3.
    command("files", "", FILES);
    home.write("plugins/trash/plugin.wasm", "trash");
    home.write(
        "plugins/trash/plugin.yaml",
        "apiVersion: v1\nname: trash\nversion: 0.1.0\ntype: cli/v1\nruntime: extism/v1\n",
    );
    command("log", "runtimeConfig: {memory: {maxPages: 16}}\n", LOG);
    let run = |name: &str| {
        let command = home.command(pintle_testkit::pintle!()).called("pintle");
        command.env("HELM_PLUGINS", "plugins").arg(name).run()
    };
    assert_eq!(run("log").success().stdout, "problem\n");
    for (name, text) in [
        (
            "fail-silently",
            "plugin \"fail-silently\" exited with error",
        ),
        (
            "endless",
            "plugin error: module closed with context deadline exceeded",
        ),
        (
            "deep",
            "plugin error: wasm `unreachable` instruction executed",
        ),
        ("large", "plugin error: problem"),
        ("blocks", "plugin error: problem"),
        ("outside", "plugin error: out of bounds memory access"),
        (
            "files",
            "plugin error: wasm `unreachable` instruction executed",
        ),
        ("trash", "failed to create existing plugin: "),
    ] {
        let done = run(name);
        let code = if name == "fail-silently" { 2 } else { 1 };
        assert_eq!(done.code, Some(code), "{done}");
        assert!(done.stderr.contains(text), "{done}");
    }
}

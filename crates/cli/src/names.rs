//! How names of hosts are resolved.

/// Leaves names to files and DNS when the program is linked without shared libraries, as Go
/// programs do: whatever else `/etc/nsswitch.conf` asks for are libraries of the machine, and
/// made for another glibc than ours.
#[cfg(all(target_os = "linux", target_env = "gnu", target_feature = "crt-static"))]
#[expect(unsafe_code, reason = "glibc's function has no safe wrapper")]
pub fn prepare() {
    use std::ffi::{CStr, c_char, c_int};

    unsafe extern "C" {
        /// glibc, `nss.h`.
        fn __nss_configure_lookup(database: *const c_char, services: *const c_char) -> c_int;
    }

    let databases: [(&CStr, &CStr); 2] = [(c"hosts", c"files dns"), (c"passwd", c"files")];
    for (database, services) in databases {
        // SAFETY: two texts that end with a zero and live forever; we are the only thread so
        // early. What it does not know it refuses, and we go on as before.
        let _ = unsafe { __nss_configure_lookup(database.as_ptr(), services.as_ptr()) };
    }
}

/// Nothing: the machine's libraries are at hand.
#[cfg(not(all(target_os = "linux", target_env = "gnu", target_feature = "crt-static")))]
pub fn prepare() {}

//! The program's own code and constants in memory.
//!
//! The kernel maps a program's file in pieces of 64 KiB as it is used, and keeps them mapped.
//! A render peaks at its end, when what unpacked and parsed the chart is long over: nearly a
//! tenth of the peak would be code that nobody runs any more.

/// Unmaps what of the program is never written to. Whatever is still needed comes back, from the
/// kernel's cache of the program's file; one such return maps 64 KiB again. A debugger's
/// breakpoints are not of the file, and are lost.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "where a program lies and how it is mapped has no safe wrapper"
)]
pub fn forget() {
    // SAFETY: the callback has the type that is asked for and uses nothing but its argument.
    unsafe { libc::dl_iterate_phdr(Some(forget_segments), std::ptr::null_mut()) };
}

/// Called for the program itself first; libraries are left alone.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "as above: called by glibc, which hands out pointers"
)]
unsafe extern "C" fn forget_segments(
    info: *mut libc::dl_phdr_info,
    _: usize,
    _: *mut libc::c_void,
) -> libc::c_int {
    const END: libc::c_int = 1;
    const PAGE: usize = 4096;
    // SAFETY: glibc calls this with a valid pointer, which is good for the time of the call.
    let info = unsafe { &*info };
    if info.dlpi_phdr.is_null() {
        return END;
    }
    // SAFETY: these are the program's headers, so many of them, which stay where they are.
    let headers =
        unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
    for header in headers {
        let is_constant = header.p_type == libc::PT_LOAD && header.p_flags & libc::PF_W == 0;
        if !is_constant {
            continue;
        }
        let (Ok(start), Ok(length)) = (
            usize::try_from(info.dlpi_addr + header.p_vaddr),
            usize::try_from(header.p_memsz),
        ) else {
            continue;
        };
        let first = start / PAGE * PAGE;
        let pages = std::ptr::with_exposed_provenance_mut::<libc::c_void>(first);
        // SAFETY: the segment is mapped from the program's file and cannot be written to, so its
        // pages are those of the file: dropped ones come back the same when they are next
        // touched. The kernel refuses a range that is not mapped.
        let _ = unsafe { libc::madvise(pages, start + length - first, libc::MADV_DONTNEED) };
    }
    END
}

/// Unmaps what of the program is never written to, where that is known to work.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn forget() {}

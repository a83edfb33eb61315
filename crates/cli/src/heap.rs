//! How the heap grows while a chart is rendered.
//!
//! A render touches ten to twenty megabytes once and is done. Page by page the kernel takes
//! longer to hand these out than they are used: on virtual machines a fault costs some
//! microseconds. In huge pages it is done in a few strokes.

/// How far the heap grows in one step. Only what is touched becomes memory.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ROOM: usize = 16 << 20;

/// How much of it is made of huge pages. Every render needs that much; of what comes then the
/// last huge page would be half empty.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const IN_HUGE_PAGES: usize = 4 << 20;

/// Makes the heap ready for a large render. Elsewhere than on Linux with glibc, and where the
/// kernel has no huge pages, nothing changes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "glibc's knobs have no safe wrapper, and its environment variable comes too late"
)]
pub fn prepare() {
    const HUGE: usize = 2 << 20;
    // Large buffers are to come out of the heap too, and the heap is not to shrink.
    let knobs = [
        (libc::M_TOP_PAD, ROOM),
        (libc::M_MMAP_THRESHOLD, ROOM),
        (libc::M_TRIM_THRESHOLD, i32::MAX as usize),
    ];
    for (knob, value) in knobs {
        // SAFETY: mallopt takes two numbers and changes numbers of the allocator's; we are
        // the only thread so early. A value it does not like is ignored.
        let _ = unsafe { libc::mallopt(knob, i32::try_from(value).unwrap_or(i32::MAX)) };
    }
    // Now that it grows in large steps, make it grow once, by asking for more than there is at
    // the start.
    const PROBE: usize = 256 << 10;
    let probe = std::hint::black_box(Vec::<u8>::with_capacity(PROBE));
    let free = probe.as_ptr().addr();
    drop(probe);
    // SAFETY: with 0, sbrk changes nothing and tells where the heap ends.
    let end = unsafe { libc::sbrk(0) }.addr();
    // What the allocator notes behind the probe has made a small page of that place.
    const HEADER: usize = 64;
    let first = (free + PROBE + HEADER).next_multiple_of(HUGE);
    // Else the allocator works somewhere else than at the end of the heap.
    if free < end && first < end {
        let start = std::ptr::with_exposed_provenance_mut::<libc::c_void>(first);
        // SAFETY: advice changes how the kernel backs a range, never what is in it: no
        // reference anywhere can see it. A range that is not (only) the heap gets an error
        // or larger pages.
        let length = IN_HUGE_PAGES.min(end - first);
        let _ = unsafe { libc::madvise(start, length, libc::MADV_HUGEPAGE) };
        // Up to there pages are small: take that out of use. Nobody touches it, so it never
        // becomes memory.
        let gap = first - free - HEADER;
        std::mem::forget(std::hint::black_box(Vec::<u8>::with_capacity(gap)));
    }
}

/// Makes the heap ready for a large render.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn prepare() {}

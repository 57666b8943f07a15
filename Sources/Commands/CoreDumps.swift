import CLinux
import Glibc

/// Forbids core dumps from now on, and that other processes of the same user look into this one's memory:
/// called before a secret is read. `RLIMIT_CORE` alone does not stop a kernel that pipes cores to a program (core(5)).
///
/// The report of a crash that the Swift runtime prints is forbidden too: it shows registers and what they point to, and a PIN of four
/// digits was seen in one. What went wrong is still said, for that is printed before.
public func forbidCoreDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    _ = kazasu_forbid_dumps()
    for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] where !isIgnored(number) { signal(number, SIG_DFL) }
}

import CLinux
import Glibc

/// Forbids core dumps from now on, and that other processes of the same user look into this one's memory:
/// called before a secret is read. `RLIMIT_CORE` alone does not stop a kernel that pipes cores to a program (core(5)).
public func forbidCoreDumps() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    _ = kazasu_forbid_dumps()
}

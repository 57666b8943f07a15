import CPCSC
import Diagnosis
import Glibc
import ReaderTransport
import Station

/// One thread's way to the PC/SC service: its context is made when it is needed and dropped when it cannot be used any more, so whoever
/// has it never cares whether the service was started again. No call takes longer than its limit.
///
/// Used by one thread at a time; only `cancel` and `close` may be called from others, by way of `guardian`.
final class PCSCClient {
    /// How long releasing a context may take beyond a call's limit: it waits for nothing but a lock inside libpcsclite.
    private static let releasePatience: Int64 = 50_000_000
    /// How often a context is made anew where another thread of the process makes one at the same moment.
    private static let establishTries = 3

    /// What the watchdog knows of this thread's calls.
    let guardian: CallGuard
    /// Counts the contexts: a card handle is good only with the context that it was made with.
    private(set) var generation = 0

    private let watchdog = CallWatchdog.shared
    private var context: SCARDCONTEXT?

    /// A way to the service that is not used yet; somebody else may already have its guard.
    init(guardian: CallGuard = CallGuard()) { self.guardian = guardian }

    deinit {
        drop(until: 0)
        watchdog.remove(guardian)
    }

    /// Whether there is a context, made by an earlier call.
    var hasContext: Bool { context != nil }

    /// Runs `body`, one call of libpcsclite, with a context, and returns its code; `abandoned` where it took until `limit`, `silent` where the
    /// service does not talk, `cancelled` where `isCancelled` says so before it begins.
    ///
    /// A code after which the context is of no use drops it.
    func call(until limit: Int64, _ body: (SCARDCONTEXT) -> LONG) -> UInt32 {
        call(until: limit, yieldsToCancel: false, isCancelled: { false }, body)
    }

    /// The same for a call that ends early where the station is cancelled: `isCancelled` is asked once the watchdog would hear of it.
    func call(
        until limit: Int64, yieldsToCancel: Bool, isCancelled: () -> Bool, _ body: (SCARDCONTEXT) -> LONG
    ) -> UInt32 {
        if context == nil, !watchdog.add(guardian) { return PCSCCode.internalError }
        guardian.yieldsToCancel.store(yieldsToCancel, ordering: .sequentiallyConsistent)
        watchdog.begin(guardian, until: limit)
        var code = PCSCCode.cancelled
        if !guardian.isClosed.load(ordering: .sequentiallyConsistent), !isCancelled() { code = run(body) }
        if watchdog.end(guardian), code != PCSCCode.silent { code = PCSCCode.abandoned }
        if PCSCCode.endsContext(code) { drop(until: limit) }
        return code
    }

    private func run(_ body: (SCARDCONTEXT) -> LONG) -> UInt32 {
        if let context { return body(context).code }
        var made: SCARDCONTEXT = 0
        var code = PCSCCode.internalError
        for _ in 0..<Self.establishTries where code == PCSCCode.internalError {
            code = watchdog.establish(for: guardian) {
                SCardEstablishContext(DWORD(SCARD_SCOPE_SYSTEM), nil, nil, &made).code
            }
            // Its socket could not be told from another one that was made at the same moment.
            if code == PCSCCode.internalError, made != 0 {
                SCardReleaseContext(made)
                made = 0
            }
        }
        guard code == PCSCCode.success else { return code }
        context = made
        return body(made).code
    }

    /// Gives the context up; the next call makes another one.
    private func drop(until limit: Int64) {
        guard let context else { return }
        self.context = nil
        generation += 1
        guardian.yieldsToCancel.store(false, ordering: .sequentiallyConsistent)
        watchdog.begin(guardian, until: max(limit, monotonicNanoseconds() + Self.releasePatience))
        watchdog.release(guardian) { SCardReleaseContext(context) }
        _ = watchdog.end(guardian)
    }
}

extension PCSCCode {
    /// The error for whoever lists or opens readers.
    static func error(_ code: UInt32, doing call: String) -> TransportError {
        let cause = "\(call): 0x\(String(code, radix: 16, uppercase: true))"
        switch code {
        case noService, serviceStopped, communication:
            return TransportError(
                code: "pcsc-not-running",
                sentence: Sentence(
                    ja: "PC/SC サービス (pcscd) が動いていません。pcscd を起動してください。",
                    en: "The PC/SC service is not running; start pcscd."), cause: cause)
        case silent, abandoned:
            return TransportError(
                code: "pcsc-not-answering",
                sentence: Sentence(
                    ja: "PC/SC サービス (pcscd) が応答しません。pcscd を再起動してください。",
                    en: "The PC/SC service does not answer; restart pcscd."), cause: "\(call) did not return in time")
        case securityViolation:
            return TransportError(
                code: "pcsc-refused",
                sentence: Sentence(
                    ja: "この利用者には PC/SC サービスの使用が許可されていません。管理者に polkit の規則 (org.debian.pcsc-lite) を確認してもらってください。",
                    en: "This user may not use the PC/SC service; have the administrator look at its polkit rules (org.debian.pcsc-lite)."),
                cause: cause, category: .notPermitted)
        default:
            return TransportError(
                code: "pcsc-failed",
                sentence: Sentence(
                    ja: "PC/SC サービスでエラーが起きました。pcscd を再起動してください。",
                    en: "The PC/SC service reported an error; restart pcscd."), cause: cause)
        }
    }
}

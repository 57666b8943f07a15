import ReaderTransport

// How a USB request ended, as Linux tells it (Documentation/driver-api/usb/error-codes.rst).

enum LinuxStatus {
    /// EINPROGRESS: it was submitted.
    static let submitted: Int32 = -115
    /// ENOENT: it was given up, and that was waited for.
    static let givenUp: Int32 = -2
    /// ECONNRESET: it was given up; here, because the use of the device has ended.
    static let closed: Int32 = -104
    private static let stalled: Int32 = -32, overflow: Int32 = -75, gone: Int32 = -108, failed: Int32 = -71

    /// The error number for a status; another one's place is taken by EPROTO.
    static func number(_ status: TransferStatus) -> Int32 {
        switch status {
        case .completed: 0
        case .aborted: givenUp
        case .stalled: stalled
        case .overflow: overflow
        case .unplugged: gone
        case .failed(let code): Int32(exactly: code).flatMap { (-4_095..<0).contains($0) ? $0 : nil } ?? failed
        case .noCard, .cardReset, .mute, .heldByAnother, .abandoned, .silent: failed
        }
    }

    /// The status for an error number.
    static func status(_ number: Int32) -> TransferStatus {
        switch number {
        case 0: .completed
        case givenUp, closed: .aborted
        case stalled: .stalled
        case overflow: .overflow
        // ENODEV and ESHUTDOWN.
        case -19, gone: .unplugged
        default: .failed(Int64(number))
        }
    }
}

import CPCSC

/// Who else may use a card while we do (PC/SC part 5, SCardConnect).
public enum PCSCSharing: Sendable, Hashable {
    /// Nobody: another program is refused, and is a reason to refuse us.
    case exclusive
    /// Other programs may be connected too, but a transaction keeps their commands waiting from power-up to power-off.
    case shared

    var mode: DWORD {
        switch self {
        case .exclusive: DWORD(SCARD_SHARE_EXCLUSIVE)
        case .shared: DWORD(SCARD_SHARE_SHARED)
        }
    }
}

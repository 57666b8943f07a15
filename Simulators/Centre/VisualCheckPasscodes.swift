import Diagnosis

/// The passcodes for a visual check (目視確認用パスコード) that a centre has issued, one for each account (R159).
///
/// Four digits, made here and never chosen (R160); they do not expire (R162) and cannot be asked for again (R163). The menus by which a
/// terminal has one issued are not simulated.
public final class VisualCheckPasscodes {
    private var issued: [String: Secret] = [:]

    /// None issued yet.
    public init() {}

    /// Issues a passcode to an account; one that it had before is worth nothing from now on (R163).
    public func issue(to account: String, using random: inout some RandomNumberGenerator) -> Secret {
        let passcode = Secret((0..<4).map { _ in UInt8.random(in: 0x30...0x39, using: &random) })
        issued[account] = passcode
        return passcode
    }

    /// Whether some account has this one.
    public func contains(_ passcode: Secret) -> Bool {
        issued.values.contains { issued in
            issued.withBytes { issued in
                passcode.withBytes { typed in
                    issued.count == typed.count && issued.indices.reduce(UInt8(0)) { $0 | (issued[$1] ^ typed[$1]) } == 0
                }
            }
        }
    }
}

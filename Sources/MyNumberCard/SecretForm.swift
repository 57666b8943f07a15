import Diagnosis
import Glibc

/// What a PIN, a password or a 照合番号 looks like. It is checked before anything is sent, so a slip of the finger costs no try.
public enum SecretForm: Sendable, Hashable {
    /// So many digits.
    case digits(Int)
    /// 6 to 16 capitals and digits, with at least one of each (署名用電子証明書の暗証番号).
    case signaturePassword

    /// Whether `secret` has this form. No digit of any other script and no small letter will do.
    public func fits(_ secret: Secret) -> Bool {
        secret.withBytes { bytes in
            var digits = 0
            var capitals = 0
            for index in bytes.indices {
                switch bytes[index] {
                case 0x30...0x39: digits += 1
                case 0x41...0x5A: capitals += 1
                default: return false
                }
            }
            switch self {
            case .digits(let count): return capitals == 0 && digits == count
            case .signaturePassword: return (6...16).contains(bytes.count) && digits > 0 && capitals > 0
            }
        }
    }

    /// The same secret with capitals for the small letters a to z, for a caller who decides that they were meant.
    ///
    /// Cards know capitals only; nothing here folds by itself.
    public static func folded(_ secret: Secret) -> Secret {
        secret.withBytes { bytes in
            makeSecret(count: bytes.count) { folded in
                for index in bytes.indices {
                    let isSmall = (0x61...0x7A).contains(bytes[index])
                    folded[index] = isSmall ? bytes[index] - 0x20 : bytes[index]
                }
            }
        }
    }
}

/// A secret that is put together in place, and the place wiped.
func makeSecret(count: Int, _ fill: (inout MutableSpan<UInt8>) -> Void) -> Secret {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, count)) { buffer in
        buffer.initialize(repeating: 0)
        defer { if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) } }
        var span = UnsafeMutableBufferPointer(rebasing: buffer[..<count]).mutableSpan
        fill(&span)
        return Secret(buffer[..<count])
    }
}

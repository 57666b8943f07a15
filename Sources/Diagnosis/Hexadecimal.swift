/// Bytes as people write them: two hexadecimal digits each.
public enum Hexadecimal {
    /// The bytes in upper case.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            for digit in [byte >> 4, byte & 0x0F] {
                text.unicodeScalars.append(Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x37 + digit))
            }
        }
        return text
    }

    /// The bytes that `text` writes, in either case, with spaces, colons or hyphens between bytes; `nil` for anything else.
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt8?
        for unit in text.utf8 {
            if let digit = digit(unit) {
                if let high = pending { bytes.append(high << 4 | digit) }
                pending = pending == nil ? digit : nil
            } else if pending != nil || ![0x20, 0x2D, 0x3A].contains(unit) {
                return nil
            }
        }
        return pending == nil ? bytes : nil
    }

    private static func digit(_ unit: UInt8) -> UInt8? {
        switch unit {
        case 0x30...0x39: unit - 0x30
        case 0x41...0x46: unit - 0x37
        case 0x61...0x66: unit - 0x57
        default: nil
        }
    }
}

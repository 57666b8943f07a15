import Glibc

extension [UInt8] {
    /// Overwrites all bytes: they may have been a secret. Only where nobody else has the same array, or the copy is wiped.
    public mutating func wipe() {
        withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        }
    }
}

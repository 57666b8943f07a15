import COpenSSL

/// OpenSSL's object for one certificate, alive as long as a copy of the `Certificate` that was read out of it.
///
/// `@unchecked Sendable`: nothing here changes the certificate once it is read, and what OpenSSL remembers about it, it guards by a lock of
/// its own, as for the trusted certificates that all connections of a server share.
final class X509Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    /// How many of the bytes the certificate took.
    let encodedCount: Int

    /// Reads the certificate at the start of `bytes`; `nil` leaves OpenSSL's reason in its error queue.
    init?(_ bytes: [UInt8]) {
        let parsed = bytes.withUnsafeBufferPointer { buffer -> (OpaquePointer, Int)? in
            var cursor = buffer.baseAddress
            guard let start = buffer.baseAddress, let pointer = d2i_X509(nil, &cursor, buffer.count), let cursor else { return nil }
            return (pointer, cursor - start)
        }
        guard let parsed else { return nil }
        (pointer, encodedCount) = parsed
    }

    deinit {
        X509_free(pointer)
    }

    /// The certificate as OpenSSL would write it, to tell DER from looser forms of BER.
    var encoded: [UInt8] {
        copyEncoding { i2d_X509(pointer, $0) }
    }
}

/// What an `i2d_…` function writes into a buffer that it allocates; empty when it fails.
func copyEncoding(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) -> [UInt8] {
    var buffer: UnsafeMutablePointer<UInt8>?
    let count = encode(&buffer)
    guard let buffer else { return [] }
    defer { kazasu_openssl_free(buffer) }
    return Array(UnsafeBufferPointer(start: buffer, count: max(0, Int(count))))
}

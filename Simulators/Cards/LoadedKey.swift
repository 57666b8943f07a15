import COpenSSL
import Synchronization

/// A private key as OpenSSL has read it, one for all cards that hold it: reading takes OpenSSL 3.0 as long as a signature.
///
/// `@unchecked Sendable`: nothing changes the key once it is read, and OpenSSL lets threads use such a key at once, each with contexts of
/// its own.
final class LoadedKey: @unchecked Sendable {
    let pointer: OpaquePointer

    /// More keys than the synthetic holders and issuers have; whoever issues cards without end does not fill the memory with keys.
    private static let most = 128
    private static let known = Mutex<[[UInt8]: LoadedKey]>([:])

    /// A key from PKCS #8 in DER; `nil` where OpenSSL does not read it.
    static func of(_ pkcs8: [UInt8]) -> LoadedKey? {
        if let key = known.withLock({ $0[pkcs8] }) { return key }
        guard let key = LoadedKey(reading: pkcs8) else { return nil }
        known.withLock { known in
            if known.count >= most { known.removeAll() }
            known[pkcs8] = key
        }
        return key
    }

    private init?(reading pkcs8: [UInt8]) {
        let read = pkcs8.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var next = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &next, bytes.count)
        }
        guard let read else {
            ERR_clear_error()
            return nil
        }
        pointer = read
    }

    deinit { EVP_PKEY_free(pointer) }
}
